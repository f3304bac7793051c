import Testing

@testable import SensorLogs

@Suite struct PriorityQueueTests {
  @Test func `elements leave in order whatever the order of their coming`() {
    var queue = PriorityQueue<Int> { $0 < $1 }
    var value = 17
    var inserted: [Int] = []
    for _ in 0..<200 {
      value = (value * 73 + 11) % 257
      inserted.append(value)
      queue.insert(value)
    }
    var left: [Int] = []
    while let next = queue.removeFirst() { left.append(next) }
    #expect(left == inserted.sorted())
    #expect(queue.first == nil)
  }
}
