import CTorch
import Foundation
import Testing

@testable import Tensors

@Suite("The runtime library")
struct TorchLibraryTests {
  @Test func `work on the host does not open libtorch`() async {
    await #expect(processExitsWith: .success) {
      var generator = SeededGenerator(seed: 1)
      var x = Tensor.uniform([4, 3], using: &generator)
      x = x.reshaped(3, 4).narrowed(axis: 0, to: 1..<3)[0]
      x.withUnsafeMutableElements(of: Float.self) { $0[0] = 1 }
      _ = (Tensor.zeros([2]), Tensor.eye(3), Tensor.arange(5), x.copied().array(of: Float.self))
      _ = (x.device, x.requiresGradient, x.description, x.unsqueezed(0).squeezed())
      precondition(!TorchLibrary.isLoaded)
      _ = x + 1
      precondition(TorchLibrary.isLoaded)
    }
  }

  @Test func `a missing library is an error that says where it was looked for`() async {
    await #expect(processExitsWith: .success) {
      setenv("PARALLAX_TORCH_LIBRARY", "/nowhere/libparallax-torch.so", 1)
      do {
        try TorchLibrary.load()
        exit(1)
      } catch {
        let text = "\(error)"
        precondition(text.contains("cannot open the tensor runtime /nowhere/libparallax-torch.so"))
        precondition(text.contains("No such file"))
        precondition(text.contains("PARALLAX_TORCH_LIBRARY"))
      }
      precondition(Device.cudaCount == 0 && !TorchLibrary.isLoaded)
    }
  }

  @Test func `an operation without the library ends the process with the same message`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      setenv("PARALLAX_TORCH_LIBRARY", "/nowhere/libparallax-torch.so", 1)
      _ = Tensor([1.0]) + 1
    }
    #expect(text(result).contains("cannot open the tensor runtime /nowhere"))
  }

  @Test func `a library without our table is refused`() async {
    await #expect(processExitsWith: .success) {
      setenv("PARALLAX_TORCH_LIBRARY", "libz.so.1", 1)
      do {
        try TorchLibrary.load()
        exit(1)
      } catch { precondition("\(error)".contains("parallax_torch_table")) }
    }
  }

  @Test func `the version is that of libtorch`() throws {
    #expect(try TorchLibrary.version().split(separator: ".").count >= 2)
  }

  @Test func `the table adds two numbers through the C interface alone`() throws {
    let table = try TorchLibrary.opened.get().pointee
    #expect(table.abi_version == Int32(CTORCH_ABI_VERSION))
    var add: OpaquePointer?
    #expect(table.operator_find("aten::add", "Tensor", &add) == CTORCH_OK)
    let operation = try #require(add)
    #expect(String(cString: table.operator_schema(operation)).hasPrefix("aten::add.Tensor("))
    var two: Float = 2
    var handle: OpaquePointer?
    let status = table.tensor_from_memory(
      &two, nil, nil, 0, Int32(CTORCH_FLOAT32), { _ in }, nil, &handle)
    #expect(status == CTORCH_OK)
    var argument = ctorch_value()
    argument.tag = Int32(CTORCH_TENSOR)
    argument.pointer = UnsafeRawPointer(handle)
    var result = ctorch_value()
    var count: Int64 = 0
    #expect(
      table.operator_call(operation, [argument, argument], 2, &result, 1, &count) == CTORCH_OK)
    #expect(count == 1 && result.tag == Int32(CTORCH_TENSOR))
    var facts = ctorch_description()
    let sum = OpaquePointer(try #require(result.pointer))
    #expect(table.tensor_describe(sum, &facts) == CTORCH_OK)
    #expect(facts.data?.load(as: Float.self) == 4 && facts.rank == 0 && facts.count == 1)
    table.values_release(&result, count)
    if let handle { table.tensor_release(handle) }
  }

  @Test func `an unknown operator and wrong arguments are errors with libtorch's reason`() throws {
    let table = try TorchLibrary.opened.get().pointee
    var found: OpaquePointer?
    #expect(table.operator_find("aten::no_such", "", &found) == CTORCH_FAILED)
    #expect(String(cString: table.last_error()).contains("aten::no_such"))
    let add = TorchOperator("aten::add", "Tensor")
    #expect(throws: TensorError.self) { try add.attempt(.tensor(Tensor([1.0]))) }
    #expect(throws: TensorError.self) { try add.attempt(.string("x"), .tensor(Tensor([1.0]))) }
    #expect(throws: TensorError.self) {
      try add.attempt(.tensor(Tensor([1.0, 2])), .tensor(Tensor([1.0, 2, 3])))
    }
  }

  @Test func `memory that cannot be had is an error of its own`() {
    let huge = TorchOperator("aten::zeros")
    do {
      _ = try huge.attempt(.ints([1 << 50]))
      Issue.record("a petabyte was allocated")
    } catch {
      guard case .outOfMemory(let operation, _) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(operation == "aten::zeros")
    }
  }

  @Test func `a device that does not exist is an error that lists those that do`() throws {
    let absent = Device.cuda(Device.cudaCount)
    #expect(!absent.isAvailable && Device.cpu.isAvailable)
    do {
      _ = try Tensor([1.0]).moved(to: absent)
      Issue.record("a tensor was moved to \(absent)")
    } catch {
      #expect("\(error)".hasPrefix("there is no device \(absent); available: cpu"))
    }
    #expect(try Tensor([1.0]).moved(to: .cpu).array() == [1.0])
  }
}

@Suite("Threads and generators of libtorch")
struct TorchThreadsTests {
  @Test func `every thread starts with one thread for an operation`() async {
    #expect(await onNewThread { TorchThreads.count } == 1)
    let counts = await onNewThread {
      let inside = TorchThreads.with(2) { TorchThreads.count }
      return inside * 10 + TorchThreads.count
    }
    #expect(counts == 21)
    #expect(await onNewThread { TorchThreads.count } == 1)
  }

  @Test func `a generator of libtorch repeats itself from a seed and from a state`() throws {
    let draw = TorchOperator("aten::rand", "generator")
    let generator = try TorchGenerator(seed: 5)
    let first = draw(.ints([4]), .generator(generator))
    let state = generator.state()
    let second = draw(.ints([4]), .generator(generator))
    #expect(!second.isEqual(to: first))
    try generator.restore(state)
    #expect(draw(.ints([4]), .generator(generator)).isEqual(to: second))
    #expect(draw(.ints([4]), .generator(try TorchGenerator(seed: 5))).isEqual(to: first))
    #expect(throws: TensorError.self) { try generator.restore(Tensor([1, 2] as [UInt8])) }
  }

  private func onNewThread(_ body: @escaping @Sendable () -> Int) async -> Int {
    await withCheckedContinuation { continuation in
      Thread { continuation.resume(returning: body()) }.start()
    }
  }
}
