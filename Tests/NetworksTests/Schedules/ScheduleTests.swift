import Networks
import Testing

struct ScheduleTests {
  private static let schedules: [String: Schedule] = [
    "step": .step(every: 7, factor: 0.5), "multi_step": .multiStep([4, 11, 12], factor: 0.3),
    "exponential": .exponential(0.9), "cosine": .cosine(steps: 30, floor: 0.1),
    "one_cycle": .oneCycle(steps: 30), "warm_up": Schedule.constant.warmedUp(steps: 8, from: 0.1),
  ]

  @Test(arguments: schedules.keys.sorted())
  func `thirty steps equal PyTorch's`(name: String) throws {
    let expected = try #require(try TrainingFixture.read().schedules[name])
    let schedule = try #require(Self.schedules[name])
    for (step, wanted) in expected.enumerated() {
      #expect(abs(schedule[step] - wanted) < 1e-12, "step \(step)")
    }
  }

  @Test func `schedules stay finite beyond their end and for a single step`() {
    #expect(Schedule.cosine(steps: 10)[25] == 0)
    #expect(Schedule.oneCycle(steps: 10)[25] == Schedule.oneCycle(steps: 10)[9])
    for schedule in [Schedule.oneCycle(steps: 1), .oneCycle(steps: 2), .cosine(steps: 0)] {
      for step in 0..<4 { #expect(schedule[step].isFinite) }
    }
  }

  @Test func `the learning rate grows with the batch`() {
    #expect(Schedule.scaled(0.1, batchSize: 1024) == 0.4)
    #expect(Schedule.scaled(0.1, batchSize: 16, reference: 32) == 0.05)
  }
}
