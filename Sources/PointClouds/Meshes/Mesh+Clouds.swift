import Tensors

extension Mesh {
  /// A mesh without faces whose vertices are the points of a cloud, with its attributes.
  ///
  /// - Parameter cloud: The points; their places become the vertices.
  public init(pointsOf cloud: PointCloud) {
    self.init(
      vertices: cloud.places(), triangles: Tensor([Int32](), shape: [0, 3]))
    attributes = cloud.attributes
  }

  /// The vertices as a cloud, with their attributes.
  ///
  /// - Returns: A point for each vertex, whether triangles use it or not; large coordinates get an origin.
  public func vertexCloud() -> PointCloud {
    PointCloud(places: vertices, attributes: attributes)
  }
}
