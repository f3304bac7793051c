import Foundation
import Geometry
import Pipelines
import PointClouds
import SensorLogs
import Tensors
import Testing

@testable import Stages

struct CloudStageTests {
  static func inputs(_ payload: some Payload, port: String, frame: Int = 0) -> StageInputs {
    let header = MessageHeader(
      timestamp: Timestamp(nanoseconds: 7), frameName: "velodyne", topic: "/scan", sequence: 3)
    return StageInputs(
      frameIndex: frame, messages: [port: AnyMessage(header: header, payload: payload)])
  }

  private let setup = StageSetup(definitionFolder: "", seed: 4, stageID: "ground")
  private let cloud = PointCloud(
    positions: Tensor([1, 0, 0, 5, 0, 0, 5, 0.05, 0, .nan, 0, 0] as [Float], shape: [4, 3]))
  private let empty = PointCloud(positions: Tensor([Float](), shape: [0, 3]))

  @Test func `the list names each stage once, with ports and documentation`() {
    let names = cloudStages.map { $0.name }
    #expect(
      names == [
        "cloud.transform", "cloud.crop", "cloud.crop_box", "cloud.range", "cloud.rings",
        "cloud.filter", "cloud.voxel_downsample", "cloud.remove_outliers", "cloud.normals",
        "cloud.remove_ground", "cloud.cluster", "boxes.fit", "cloud.level",
      ])
    for stage in cloudStages {
      #expect(!stage.inputs.isEmpty && stage.documentation.split(separator: "\n").count > 2)
    }
  }

  @Test func `transform moves points and renames the frame`() throws {
    var parameters = CloudTransformStage.Parameters()
    parameters.translation = [0, 0, 2]
    parameters.frame = "map"
    let stage = try CloudTransformStage(parameters, setup: setup)
    let message = stage.process(Self.inputs(cloud, port: "cloud"))
    #expect(message.payload.positions.array(of: Float.self)[2] == 2)
    #expect(message.header.frameName == "map" && message.header.sequence == 3)
    parameters.inverse = true
    let back = try CloudTransformStage(parameters, setup: setup)
    #expect(
      back.process(Self.inputs(cloud, port: "cloud")).payload.positions.array(of: Float.self)[2]
        == -2)
    parameters.rotation = [0, 0, 0, 0]
    #expect(throws: CloudStageError.self) { try CloudTransformStage(parameters, setup: setup) }
    parameters.rotation = [1, 0, 0, 0]
    parameters.translation = [1]
    #expect(throws: CloudStageError.self) { try CloudTransformStage(parameters, setup: setup) }
  }

  @Test func `crop joins box and range`() throws {
    var parameters = CloudCropStage.Parameters()
    parameters.minRange = 2
    parameters.min = [-10, -10, -10]
    parameters.max = [10, 0.01, 10]
    let stage = try CloudCropStage(parameters, setup: setup)
    let kept = stage.process(Self.inputs(cloud, port: "cloud")).payload
    #expect(kept.positions.array() == [5, 0, 0] as [Float])
    parameters.max = [10, 0]
    #expect(throws: CloudStageError.self) { try CloudCropStage(parameters, setup: setup) }
    parameters.max = [10, 0, -11]
    #expect(throws: CloudStageError.self) { try CloudCropStage(parameters, setup: setup) }
  }

  @Test func `oriented boxes, ranges, rings and fields choose points, and grids stay if wanted`()
    throws
  {
    var grid = cloud
    grid.grid = (rows: 2, columns: 2)
    grid.attributes["ring"] = Tensor([0, 1, 2, 3] as [Int32], shape: [4, 1])
    grid.attributes["intensity"] = Tensor([0.1, 0.2, 0.3, 0.4] as [Float], shape: [4, 1])
    func rings(_ stage: some Stage) throws -> [Int32] {
      let message = try stage.process(Self.inputs(grid, port: "cloud"))
      return try #require(message.payload as? PointCloud).attributes["ring"]?.array() ?? []
    }
    var box = CloudBoxCropStage.Parameters()
    box.center = [5, 0, 0]
    box.size = [0.04, 1, 1]
    box.rotation = [1, 0, 0, 1]
    #expect(try rings(CloudBoxCropStage(box, setup: setup)) == [1])
    box.outside = true
    #expect(try rings(CloudBoxCropStage(box, setup: setup)) == [0, 2])
    var range = CloudRangeStage.Parameters()
    range.sensor = [1, 0, 0]
    range.max = 1
    #expect(try rings(CloudRangeStage(range, setup: setup)) == [0])
    var lines = CloudRingsStage.Parameters()
    lines.every = 2
    lines.first = 1
    #expect(try rings(CloudRingsStage(lines, setup: setup)) == [1, 3])
    lines.rings = [0, 1]
    #expect(try rings(CloudRingsStage(lines, setup: setup)) == [1])
    var field = CloudFilterStage.Parameters()
    field.min = 0.15
    field.max = 0.35
    #expect(try rings(CloudFilterStage(field, setup: setup)) == [1, 2])
    field.keepGrid = true
    let kept = try CloudFilterStage(field, setup: setup).process(Self.inputs(grid, port: "cloud"))
    #expect(kept.payload.grid?.rows == 2 && kept.payload.invalidCount == 2)
    var crop = CloudCropStage.Parameters()
    crop.minRange = 2
    crop.keepGrid = true
    let cropped = try CloudCropStage(crop, setup: setup).process(Self.inputs(grid, port: "cloud"))
    #expect(cropped.payload.grid?.rows == 2 && cropped.payload.invalidCount == 2)

    field.attribute = "reflectivity"
    #expect(throws: PointCloudError.self) { try rings(CloudFilterStage(field, setup: setup)) }
    (field.min, lines.first, range.min, box.size) = (1, 2, 2, [1, 1])
    #expect(throws: CloudStageError.self) { try CloudFilterStage(field, setup: setup) }
    #expect(throws: CloudStageError.self) { try CloudRingsStage(lines, setup: setup) }
    #expect(throws: CloudStageError.self) { try CloudRangeStage(range, setup: setup) }
    #expect(throws: CloudStageError.self) { try CloudBoxCropStage(box, setup: setup) }
  }

  @Test func `crop with a camera keeps its view`() throws {
    let stage = try CloudCropStage(CloudCropStage.Parameters(), setup: setup)
    let camera = CameraModel(
      width: 20, height: 20, focalLength: Vector2(10, 10), principalPoint: Vector2(10, 10))
    let points = PointCloud(positions: Tensor([0, 0, 1, 0, 0, -1] as [Float], shape: [2, 3]))
    let header = MessageHeader(timestamp: Timestamp(nanoseconds: 0))
    let inputs = StageInputs(
      frameIndex: 0,
      messages: [
        "cloud": AnyMessage(header: header, payload: points),
        "camera": AnyMessage(header: header, payload: camera),
      ])
    #expect(stage.process(inputs).payload.count == 1)
  }

  @Test func `voxels and clusters do what their functions do`() throws {
    let voxels = VoxelDownsampleStage(VoxelDownsampleStage.Parameters(), setup: setup)
    #expect(try voxels.process(Self.inputs(cloud, port: "cloud")).payload.count == 2)
    var parameters = CloudClusterStage.Parameters()
    parameters.minPoints = 1
    let clusters = try CloudClusterStage(parameters, setup: setup)
    let found = try clusters.process(Self.inputs(cloud, port: "cloud")).payload
    #expect(found.clusters.array() == [1, 0, 0, -1] as [Int32])
    parameters.maxPoints = 0
    #expect(throws: CloudStageError.self) { try CloudClusterStage(parameters, setup: setup) }
  }

  @Test func `normals are added, outliers go`() throws {
    var settings = CloudNormalsStage.Parameters()
    settings.viewpoint = [0, 0, 9]
    let flat = PointCloud(
      positions: Tensor([0, 0, 1, 1, 0, 1, 0, 1, 1, 9, 9, 1] as [Float], shape: [4, 3]))
    let stage = try CloudNormalsStage(settings, setup: setup)
    let normals = try stage.process(Self.inputs(flat, port: "cloud")).payload
    #expect(normals.attributes["normal"]?.array(of: Float.self).prefix(3) == [0, 0, 1])
    #expect(try stage.process(Self.inputs(empty, port: "cloud")).payload.count == 0)
    settings.neighbours = 2
    #expect(throws: CloudStageError.self) { try CloudNormalsStage(settings, setup: setup) }
    settings.neighbours = 0
    #expect(throws: CloudStageError.self) { try CloudNormalsStage(settings, setup: setup) }
    settings.radius = 1
    settings.viewpoint = [1]
    #expect(throws: CloudStageError.self) { try CloudNormalsStage(settings, setup: setup) }

    var parameters = OutlierRemovalStage.Parameters()
    parameters.method = .radius
    parameters.neighbours = 2
    parameters.radius = 1.5
    let near = OutlierRemovalStage(parameters, setup: setup)
    #expect(try near.process(Self.inputs(flat, port: "cloud")).payload.count == 3)
    parameters.method = .statistical
    parameters.deviations = 1
    let usual = OutlierRemovalStage(parameters, setup: setup)
    #expect(try usual.process(Self.inputs(flat, port: "cloud")).payload.count == 3)
    #expect(try usual.process(Self.inputs(empty, port: "cloud")).payload.count == 0)
  }

  @Test func `nothing in, nothing out`() throws {
    let ground = GroundRemovalStage(GroundRemovalStage.Parameters(), setup: setup)
    let kept = try ground.process(Self.inputs(empty, port: "cloud")).payload
    #expect(kept.count == 0 && kept.attributes["height"]?.shape == [0, 1])
    let clusters = try CloudClusterStage(CloudClusterStage.Parameters(), setup: setup)
    let clustered = try clusters.process(Self.inputs(kept, port: "cloud")).payload
    let boxes = try BoxFittingStage(BoxFittingStage.Parameters(), setup: setup)
    #expect(try boxes.process(Self.inputs(clustered, port: "clusters")).payload.boxes.isEmpty)
  }

  @Test func `a frame without ground and a label that does not exist are errors`() throws {
    let ground = GroundRemovalStage(GroundRemovalStage.Parameters(), setup: setup)
    var coordinates: [Float] = []
    for i in 0..<100 { coordinates += [4, Float(i % 10), Float(i * i % 97)] }
    let wall = PointCloud(positions: Tensor(coordinates, shape: [100, 3]))
    #expect(throws: CloudStageError.self) { try ground.process(Self.inputs(wall, port: "cloud")) }
    var parameters = BoxFittingStage.Parameters()
    parameters.labels = ["Tram"]
    #expect(throws: CloudStageError.self) { try BoxFittingStage(parameters, setup: setup) }
  }

  @Test func `chance depends on seed, stage and frame only`() {
    func word(_ seed: UInt64, _ id: String, _ frame: Int) -> UInt64 {
      var generator = StageSetup(definitionFolder: "", seed: seed, stageID: id)
        .generator(forFrame: frame)
      return generator.next()
    }
    #expect(word(1, "a", 2) == word(1, "a", 2))
    #expect(Set([word(1, "a", 2), word(2, "a", 2), word(1, "b", 2), word(1, "a", 3)]).count == 4)
  }
}
