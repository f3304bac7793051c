import Configuration
public import SensorLogs

extension PipelineDefinition {
  /// Checks everything that can be known before running.
  ///
  /// - Parameters:
  ///   - catalogue: The stages that may be named.
  ///   - formats: The output formats that may be named.
  ///   - log: The topics of the log; nil to check the definition alone.
  /// - Returns: The plan of the run, with warnings.
  /// - Throws: ``ConfigurationErrors`` with every mistake found. A topic that the log lacks is a mistake of kind
  ///   ``ConfigurationError/Kind/missing``.
  public func check(
    against catalogue: StageCatalogue, formats: OutputFormats, log: [LogStream]? = nil
  ) throws -> PipelinePlan {
    var checker = PipelineChecker(self, catalogue: catalogue, formats: formats)
    return try checker.plan(log: log)
  }
}
