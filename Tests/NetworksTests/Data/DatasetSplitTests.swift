import Testing

@testable import Networks

@Test func `a random split holds every sample once and depends on the seed alone`() {
  let split = DatasetSplit.random(103, validation: 0.1, test: 0.2, seed: 3)
  #expect(split.test.count == 21)
  #expect(split.validation.count == 10)
  #expect((split.train + split.validation + split.test).sorted() == Array(0..<103))
  #expect(split == .random(103, validation: 0.1, test: 0.2, seed: 3))
  #expect(split != .random(103, validation: 0.1, test: 0.2, seed: 4))
}

@Test func `a stratified split keeps the proportion of each class`() {
  let labels = (0..<90).map { $0 < 60 ? 0 : ($0 < 80 ? 1 : 2) }
  let split = DatasetSplit.stratified(labels, validation: 0.1, test: 0.2, seed: 1)
  func counts(_ part: [Int]) -> [Int] { (0..<3).map { k in part.filter { labels[$0] == k }.count } }
  #expect(counts(split.test) == [12, 4, 2])
  #expect(counts(split.validation) == [6, 2, 1])
  #expect((split.train + split.validation + split.test).sorted() == Array(0..<90))
}

@Test func `each sample is in the test part of one fold`() {
  for folds in [
    DatasetSplit.folds(11, 3, seed: 2),
    DatasetSplit.stratifiedFolds((0..<11).map { $0 % 2 }, 3, seed: 2),
  ] {
    #expect(folds.flatMap(\.test).sorted() == Array(0..<11))
    #expect(folds.map(\.test.count).sorted() == [3, 4, 4])
    for fold in folds { #expect((fold.train + fold.test).sorted() == Array(0..<11)) }
  }
}

@Test func `stratified folds spread a class evenly`() {
  let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1]
  for fold in DatasetSplit.stratifiedFolds(labels, 3, seed: 9) {
    #expect(fold.test.map { labels[$0] }.sorted() == [0, 0, 1])
  }
}
