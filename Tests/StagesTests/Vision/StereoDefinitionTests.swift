import Configuration
import Pipelines
import TestSupport
import Testing

@testable import Stages

@Suite struct StereoDefinitionTests {
  /// What is wrong with a definition, without outputs, whose formats belong to others.
  static func mistakes(_ name: String) throws -> [ConfigurationError] {
    do {
      _ = try PipelineDefinition.load(path: SharedData.path("damaged/yaml/" + name))
        .check(against: StageCatalogue(visionStages), formats: OutputFormats([]))
      return []
    } catch let errors as ConfigurationErrors {
      return errors.errors.filter { !$0.problem.contains("png16") }
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `the stereo definition is valid though its calibration file is not there`() throws {
    #expect(try Self.mistakes("ok.yaml") == [])
  }

  @Test(
    .enabled(if: SharedData.isPresent, "recordings absent"),
    arguments: [
      "parameter-list", "parameter-nan", "parameter-of-wrong-type", "parameter-out-of-range",
      "parameter-overflow",
    ])
  func `a wrong setting of stereo.sgm is named with its line`(name: String) throws {
    let mistakes = try Self.mistakes(name + ".yaml")
    #expect(mistakes.count == 1)
    #expect(mistakes.first?.problem.contains("max_disparity") == true, "\(mistakes)")
    #expect(mistakes.first?.line == 8)
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `an unknown setting is named with the nearest one`() throws {
    let mistakes = try Self.mistakes("unknown-parameter.yaml")
    #expect(mistakes.contains { $0.description.contains("max_disparity") }, "\(mistakes)")
  }
}
