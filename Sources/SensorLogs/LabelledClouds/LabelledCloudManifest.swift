import Foundation
import Geometry
public import PointClouds

/// Several sources of labelled clouds as one, named in a JSON file.
///
/// ```json
/// {"classes": ["Car", "Pedestrian"], "rename": {"Van": "Car"},
///  "sources": [{"path": "streets"}, {"path": "kitti/training", "clouds": "0:3712", "repeat": 2}]}
/// ```
///
/// Paths start at the manifest's folder. `clouds` takes a range A:B of a source, `repeat` its clouds several times, `rename`
/// maps labels to classes; labels that are none of `classes` are left out.
public struct LabelledCloudManifest: LabelledCloudSource {
  private struct Content: Decodable {
    struct Source: Decodable {
      var path: String
      var clouds: String?
      var `repeat`: Int?
    }
    var classes: [String]?
    var point_classes: [String]?
    var rename: [String: String]?
    var sources: [Source]
  }

  /// The manifest.
  public let path: String
  /// Its classes.
  public let description: LabelledCloudFolder.Description
  private let sources: [any LabelledCloudSource]
  /// Source and number of every cloud.
  private let places: [(source: Int, number: Int)]
  private let rename: [String: String]

  /// Number of clouds, repetitions counted.
  public var count: Int { places.count }

  /// Reads a manifest and opens its sources.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``LogError`` that names what is wrong and where.
  public init(_ path: String) throws {
    self.path = path
    func fail(_ problem: String, _ place: String = "") -> LogError {
      LogError(.unreadable, file: path, place: place, problem: problem)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw fail("no such file, or it may not be read")
    }
    let content: Content
    do { content = try JSONDecoder().decode(Content.self, from: data) } catch {
      throw fail("is no manifest: \(LabelledCloudFolder.reason(error))")
    }
    let folder = (path as NSString).deletingLastPathComponent
    var (sources, places): ([any LabelledCloudSource], [(Int, Int)]) = ([], [])
    for (number, entry) in content.sources.enumerated() {
      let whole =
        entry.path.hasPrefix("/") || folder.isEmpty ? entry.path : "\(folder)/\(entry.path)"
      guard !whole.hasSuffix(".json") else {
        throw fail("a manifest cannot name another: \(entry.path)", "source \(number)")
      }
      let source = try LabelledCloudSources.open(whole)
      guard let range = Self.range(entry.clouds, source.count) else {
        throw fail(
          "'clouds' takes a range A:B of the \(source.count) clouds of \(entry.path), not "
            + "'\(entry.clouds ?? "")'", "source \(number)")
      }
      guard (1...1000).contains(entry.repeat ?? 1) else {
        throw fail("'repeat' is from 1 to 1000, not \(entry.repeat ?? 1)", "source \(number)")
      }
      for _ in 0..<(entry.repeat ?? 1) { places += range.map { (number, $0) } }
      sources.append(source)
    }
    if places.isEmpty { throw fail("names no clouds: 'sources' is empty") }
    self.sources = sources
    self.places = places
    rename = content.rename ?? [:]
    description = .init(
      classes: content.classes ?? sources.lazy.compactMap(\.description.classes).first,
      pointClasses: content.point_classes
        ?? sources.lazy.compactMap(\.description.point_classes).first)
  }

  /// What is known of a cloud.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The labels, renamed.
  /// - Throws: ``LogError`` that names the place.
  public func labels(at number: Int) throws -> LabelledCloud {
    renamed(try sources[places[number].source].labels(at: places[number].number))
  }

  /// A cloud with its labels.
  ///
  /// - Parameter number: From 0 to `count - 1`.
  /// - Returns: The cloud, its labels renamed.
  /// - Throws: ``LogError`` or `CloudFileError` that names the file.
  public func sample(at number: Int) throws -> LabelledCloud {
    renamed(try sources[places[number].source].sample(at: places[number].number))
  }

  private func renamed(_ cloud: LabelledCloud) -> LabelledCloud {
    guard !rename.isEmpty else { return cloud }
    var result = cloud
    result.label = cloud.label.map { rename[$0] ?? $0 }
    for place in result.boxes.indices {
      let label = result.boxes[place].label
      result.boxes[place].label = rename[label] ?? label
    }
    for view in result.views.indices {
      for place in result.views[view].boxes.indices {
        let label = result.views[view].boxes[place].label
        result.views[view].boxes[place].label = rename[label] ?? label
      }
    }
    return result
  }

  private static func range(_ text: String?, _ count: Int) -> Range<Int>? {
    guard let text else { return 0..<count }
    let ends = text.split(separator: ":", omittingEmptySubsequences: false)
    guard ends.count == 2, let low = ends[0].isEmpty ? 0 : Int(ends[0]),
      let high = ends[1].isEmpty ? count : Int(ends[1]), 0 <= low, low <= high, high <= count
    else { return nil }
    return low..<high
  }
}
