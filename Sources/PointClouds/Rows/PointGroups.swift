import CKernels
public import Tensors

/// Groups of points as rows of a matrix: one row for each member of each group.
///
/// Places that a ball query fills by repetition have no rows of their own: the first member of a group counts for them. Layers that
/// all points share work on half of the rows or less, and give the same results.
public struct PointGroups: Sendable {
  /// Number of clouds.
  public let clouds: Int
  /// Groups of each cloud.
  public let groupsPerCloud: Int
  /// Points of each cloud.
  public let pointsPerCloud: Int
  /// Number of rows.
  public let rowCount: Int
  /// Where each group's rows begin, and the end of the last: `[groups + 1]` Int64.
  public let starts: Tensor
  /// Of each row its point among those of all clouds, `[rows]` Int32; nil when row r is point r.
  public let members: Tensor?
  /// How often each row counts, `[rows]` Float; nil for once.
  public let repeats: Tensor?
  private let threads = TorchThreads.count

  /// Number of groups of all clouds.
  public var count: Int { clouds * groupsPerCloud }

  /// The balls around centres.
  ///
  /// - Parameters:
  ///   - query: Which points belong to a ball.
  ///   - points: Shape `[B, N, 3]`, Float.
  ///   - centres: Shape `[B, M, 3]`, Float.
  /// - Throws: ``PointCloudError`` when shapes do not fit or a coordinate is not finite.
  public init(_ query: BallQuery, of points: Tensor, around centres: Tensor) throws {
    guard points.rank == 3, centres.rank == 3 else {
      throw PointCloudError.unsuitableInput(
        operation: "grouping",
        reason: "points are [B, N, 3], not \(points.shape) around \(centres.shape)")
    }
    let (clouds, groups, size) = (centres.shape[0], centres.shape[1], points.shape[1])
    guard clouds * size <= Int(Int32.max) else {
      throw PointCloudError.unsuitableInput(
        operation: "grouping", reason: "\(clouds * size) points are more than an Int32 can number")
    }
    let found = try query.search(points.detached(), around: centres.detached(), threads: threads)
    var rows = 0
    starts = found.counts.withUnsafeElements(of: Int32.self) { counts in
      Tensor(shape: [counts.count + 1], of: Int64.self) { starts in
        for group in 0..<counts.count {
          starts[group] = Int64(rows)
          rows += Swift.max(1, Int(counts[group]))
        }
        starts[counts.count] = Int64(rows)
      }
    }
    var repeats = Tensor([Float](), shape: [0])
    let starts = starts
    members = Tensor(shape: [rows], of: Int32.self) { members in
      repeats = Tensor(shape: [rows], of: Float.self) { repeats in
        found.indices.withUnsafeElements(of: Int32.self) { indices in
          found.counts.withUnsafeElements(of: Int32.self) { counts in
            starts.withUnsafeElements(of: Int64.self) { starts in
              ckernels_ball_members(
                indices.baseAddress, counts.baseAddress, Int64(clouds), Int64(groups),
                Int64(query.count), Int64(size), starts.baseAddress, members.baseAddress,
                repeats.baseAddress)
            }
          }
        }
      }
    }
    self.repeats = repeats
    self.clouds = clouds
    groupsPerCloud = groups
    pointsPerCloud = size
    rowCount = rows
  }

  /// One group for each cloud, with all of its points.
  ///
  /// - Parameters:
  ///   - clouds: Number of clouds.
  ///   - points: Points of each cloud, at least 1.
  public init(wholeClouds clouds: Int, points: Int) {
    precondition(points > 0, "a group of no points has no maximum")
    self.clouds = clouds
    groupsPerCloud = 1
    pointsPerCloud = points
    rowCount = clouds * points
    starts = Tensor((0...clouds).map { Int64($0 * points) })
    members = nil
    repeats = nil
  }

  /// Features of members less those of their group's centre.
  ///
  /// Gradients flow to both, once.
  ///
  /// - Parameters:
  ///   - points: Of all clouds' points, shape `[B * N, C]`, Float.
  ///   - centres: Of all groups, shape `[B * M, C]`, Float.
  /// - Returns: `[rows, C]`.
  public func differences(of points: Tensor, from centres: Tensor) -> Tensor {
    let channels = points.shape.last ?? 0
    precondition(
      points.shape == [clouds * pointsPerCloud, channels] && centres.shape == [count, channels],
      "features \(points.shape) and centres \(centres.shape) for \(count) groups")
    guard let members else {
      return (points.reshaped(clouds, pointsPerCloud, channels) - centres.unsqueezed(1))
        .reshaped(rowCount, channels)
    }
    return differentiable("differences in groups", [points, centres]) { inputs in
      [
        Tensor(shape: [rowCount, channels], of: Float.self) { out in
          withKernelGroups(members) { groups in
            inputs[0].withUnsafeElements(of: Float.self) { points in
              inputs[1].withUnsafeElements(of: Float.self) { centres in
                ckernels_group_differences(
                  &groups, Int64(channels), points.baseAddress, centres.baseAddress,
                  out.baseAddress)
              }
            }
          }
        }
      ]
    } backward: { pass in
      pass.gradients[0].withUnsafeElements(of: Float.self) { gradient in
        func made(_ place: Int, _ isPoints: Bool) -> Tensor? {
          guard pass.isNeeded[place] else { return nil }
          return Tensor(shape: pass.inputs[place].shape, of: Float.self) { target in
            withKernelGroups(members) { groups in
              ckernels_group_differences_gradient(
                &groups, Int64(channels), gradient.baseAddress,
                isPoints ? target.baseAddress : nil, isPoints ? nil : target.baseAddress)
            }
          }
        }
        return [made(0, true), made(1, false)]
      }
    }[0]
  }

  private func withKernelGroups(
    _ members: Tensor, _ body: (inout ckernels_point_groups) -> Void
  ) {
    starts.withUnsafeElements(of: Int64.self) { starts in
      members.withUnsafeElements(of: Int32.self) { members in
        var groups = ckernels_point_groups(
          clouds: Int64(clouds), groups_per_cloud: Int64(groupsPerCloud),
          points_per_cloud: Int64(pointsPerCloud), starts: starts.baseAddress,
          members: members.baseAddress, threads: Int32(clamping: threads))
        body(&groups)
      }
    }
  }
}
