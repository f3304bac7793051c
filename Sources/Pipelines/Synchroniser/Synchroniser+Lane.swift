import SensorLogs

extension Synchroniser {
  /// A message that may still find a frame.
  struct Waiting {
    var message: SharedMessage
    var stamp: Int64
    var logTime: Int64
    var byteCount: Int
    /// Whether it lay within the tolerance of a frame that took another message or none.
    var wasNear = false
  }

  /// One input with the messages that wait for a frame.
  struct Lane {
    let input: PipelineDefinition.Input
    var reorder = ReorderBuffer()
    /// Released messages in the order of their stamps.
    var waiting: [Waiting] = []
    var byteCount = 0
    /// Log time of the topic's last message, when the log knows it.
    var end: Int64?
    /// Stamp of the last released message; the largest number when none will follow.
    var watermark = Int64.min
    /// For `match: latest`: the message in force.
    var current: SharedMessage?
    var receipt: SyncReceipt

    var isFull: Bool {
      waiting.count > Synchroniser.mostMessages
        || byteCount > Synchroniser.mostBytes && waiting.count > Synchroniser.fewMessages
    }
  }
}
