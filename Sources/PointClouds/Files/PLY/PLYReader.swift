/// Reads the vertices of PLY files, and the faces where they are wanted; checks that faces refer to vertices that exist.
///
/// - Note: Source: Turk, "The PLY polygon file format", 1994.
struct PLYReader {
  let bytes: UnsafeBufferPointer<UInt8>
  let file: String
  let header: PLYHeader
  private var problems: [String] = []
  private var vertices: [UInt8] = []
  private var vertexCount = 0
  private var isCut = false
  /// The faces read so far; nil when they are only checked.
  private var faces: PLYFaces?

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, keepsFaces: Bool = false) throws {
    self.bytes = bytes
    self.file = file
    header = try PLYHeader(bytes, file: file)
    faces = keepsFaces ? PLYFaces(header) : nil
  }

  /// The vertices as columns of their single values, and the faces where they are kept.
  struct Table {
    var columns: [CloudColumn]
    var count: Int
    var faces: PLYFaces?
    var problems: [String]
  }

  mutating func read() throws -> CloudReading {
    let table = try readTable()
    let grid = header.grid.flatMap { $0.rows * $0.columns == table.count ? $0 : nil }
    guard
      let cloud = PointCloud(
        columns: table.columns, count: table.count, grid: grid, origin: header.origin)
    else { throw CloudFileError(file: file, place: "header", problem: "no position x, y, z") }
    return CloudReading(
      cloud: cloud, problems: table.problems, viewpoint: header.viewpoint)
  }

  mutating func readTable() throws -> Table {
    guard let vertexIndex = header.elements.firstIndex(where: { $0.name == "vertex" }) else {
      throw CloudFileError(file: file, place: "header", problem: "there is no element 'vertex'")
    }
    let element = header.elements[vertexIndex]
    let fields = zip(element.fields, element.properties).filter { $1.lengthType == nil }.map(\.0)
    if CloudField.positionIndices(fields) == nil {
      throw CloudFileError(
        file: file, place: "header", problem: "the vertex lacks a property x, y or z (position)")
    }
    if header.encoding == .ascii { readText(vertexIndex) } else { readBinary(vertexIndex) }
    if vertexCount == 0 && element.count > 0 {
      let why = (problems + ["none of \(element.count) vertices could be read"])
      throw CloudFileError(file: file, place: "data", problem: why.joined(separator: "; "))
    }
    let columns = vertices.withUnsafeBytes {
      CloudColumn.split(
        $0, fields: fields, pointCount: vertexCount, isBigEndian: header.encoding == .bigEndian)
    }
    return Table(columns: columns, count: vertexCount, faces: faces, problems: problems)
  }

  // MARK: - Text

  private mutating func readText(_ vertexIndex: Int) {
    var lines = header.body
    for (index, element) in header.elements.enumerated() where !element.properties.isEmpty {
      if index == vertexIndex && !element.hasLists {
        var rows = TextRows(fields: element.fields)
        rows.read(&lines, limit: element.count)
        (vertices, vertexCount) = (rows.points, rows.count)
        problems += rows.problems
        reportMissing(vertexCount, of: element)
      } else {
        readTextElement(element, isVertex: index == vertexIndex, &lines)
      }
    }
  }

  /// Reads elements that hold lists, or that are not vertices.
  private mutating func readTextElement(
    _ element: PLYHeader.Element, isVertex: Bool, _ lines: inout TextLines
  ) {
    var done = 0
    var row = [UInt8](repeating: 0, count: element.stride)
    var bad = 0
    while done < element.count, let line = lines.next() {
      let words = line.split { $0 == 32 || $0 == 9 }
      if words.isEmpty { continue }
      done += 1
      var next = 0
      var offset = 0
      var isSound = true
      for (number, property) in element.properties.enumerated() where isSound {
        guard next < words.count else {
          isSound = false
          break
        }
        let value = NumberText.parse(UnsafeBufferPointer(rebasing: words[next]))
        next += 1
        if property.lengthType == nil {
          isSound = row.withUnsafeMutableBytes { memory in
            memory.baseAddress.map {
              NumberText.store(value, as: property.type, at: $0 + offset)
            } ?? false
          }
          offset += property.type.byteCount
        } else if case .integer(let length, isNegative: false) = value,
          length <= UInt64(words.count - next)
        {
          let members = words[next..<next + Int(length)]
          next += Int(length)
          isSound = members.allSatisfy { word in
            let value = NumberText.parse(UnsafeBufferPointer(rebasing: word))
            if element.name == "face" { faces?.append(value, toList: number) }
            return isMember(value, element, property)
          }
        } else {
          isSound = false
        }
      }
      if element.name == "face" { faces?.endFace(isSound: isSound, values: row[..<offset]) }
      if isSound && isVertex {
        vertices += row[..<offset]
        vertexCount += 1
      } else if !isSound {
        bad += 1
        if bad <= 3 {
          problems.append("line \(lines.number) is no sound \(element.name): list length or index")
        }
      }
    }
    if isVertex {
      reportMissing(vertexCount, of: element)
    } else {
      reportMissing(done, of: element)
    }
    if bad > 3 { problems.append("\(bad - 3) more lines are no sound \(element.name)") }
  }

  /// Whether a list's member may stand: indices of faces must refer to vertices.
  private func isMember(
    _ value: NumberText.Value, _ element: PLYHeader.Element, _ property: PLYHeader.Property
  ) -> Bool {
    if case .invalid = value { return false }
    guard Self.isFaceIndex(element, property) else { return true }
    if case .integer(let index, let isNegative) = value {
      return index < UInt64(claimedVertices) && (!isNegative || index == 0)
    }
    return false
  }

  private var claimedVertices: Int {
    header.elements.first { $0.name == "vertex" }?.count ?? 0
  }

  private static func isFaceIndex(_ element: PLYHeader.Element, _ property: PLYHeader.Property)
    -> Bool
  {
    element.name == "face" && ["vertex_indices", "vertex_index"].contains(property.name)
  }

  private mutating func reportMissing(_ found: Int, of element: PLYHeader.Element) {
    guard found < element.count else { return }
    let plural = element.name == "vertex" ? "vertices" : "\(element.name) elements"
    problems.append("truncated or damaged: \(found) of \(element.count) \(plural) could be read")
  }

  // MARK: - Binary

  private mutating func readBinary(_ vertexIndex: Int) {
    var offset = header.body.offset
    for (index, element) in header.elements.enumerated() where !element.properties.isEmpty {
      if isCut { break }
      if element.hasLists {
        readBinaryLists(element, isVertex: index == vertexIndex, &offset)
        continue
      }
      let count = min(element.count, (bytes.count - offset) / element.stride)
      if index == vertexIndex {
        vertices = Array(bytes[offset..<offset + count * element.stride])
        vertexCount = count
      }
      offset += count * element.stride
      reportMissing(count, of: element)
      isCut = count < element.count
    }
  }

  /// Walks through elements that hold lists; keeps the single values of vertices.
  private mutating func readBinaryLists(
    _ element: PLYHeader.Element, isVertex: Bool, _ offset: inout Int
  ) {
    let data = UnsafeRawBufferPointer(bytes)
    let isFace = element.name == "face"
    var done = 0
    var outOfRange = 0
    walk: while done < element.count {
      let outOfRangeBefore = outOfRange
      for (number, property) in element.properties.enumerated() {
        guard let lengthType = property.lengthType else {
          guard offset + property.type.byteCount <= data.count else { break walk }
          if isFace {
            faces?.append(data[offset..<offset + property.type.byteCount])
          }
          if isVertex { vertices += data[offset..<offset + property.type.byteCount] }
          offset += property.type.byteCount
          continue
        }
        guard let length = integer(data, offset, lengthType) else {
          problems.append("\(element.name) \(done): its list is truncated")
          break walk
        }
        offset += lengthType.byteCount
        guard length >= 0, length <= (data.count - offset) / property.type.byteCount else {
          problems.append(
            "\(element.name) \(done): its list claims a length of \(length), which the file does not hold"
          )
          break walk
        }
        if Self.isFaceIndex(element, property) && property.type.isInteger {
          for k in 0..<length {
            let place = offset + k * property.type.byteCount
            let vertex = integer(data, place, property.type) ?? -1
            if vertex < 0 || vertex >= claimedVertices {
              outOfRange += 1
              if outOfRange == 1 {
                problems.append("face \(done): the vertex index \(vertex) is out of range")
              }
            }
          }
        }
        if isFace {
          for k in 0..<length {
            let place = offset + k * property.type.byteCount
            if let whole = integer(data, place, property.type) {
              faces?.append(whole, toList: number)
            } else {
              let value = real(data, place, property.type)
              faces?.append(value, toList: number)
            }
          }
        }
        offset += length * property.type.byteCount
      }
      done += 1
      if isFace { faces?.endFace(isSound: outOfRange == outOfRangeBefore) }
      if isVertex { vertexCount = done }
    }
    if isVertex {
      let width = element.properties.reduce(0) {
        $0 + ($1.lengthType == nil ? $1.type.byteCount : 0)
      }
      vertices.removeLast(vertices.count - done * width)
    }
    if outOfRange > 1 { problems.append("\(outOfRange) face indices are out of range") }
    isCut = done < element.count
    reportMissing(done, of: element)
  }

  /// The real number at a place within the file.
  private func real(_ data: UnsafeRawBufferPointer, _ offset: Int, _ type: CloudScalarType)
    -> Double
  {
    let isSwapped = header.encoding == .bigEndian
    if type == .float32 {
      let bits = data.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
      return Double(Float(bitPattern: isSwapped ? bits.byteSwapped : bits))
    }
    let bits = data.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    return Double(bitPattern: isSwapped ? bits.byteSwapped : bits)
  }

  /// The whole number at a place; nil for reals, beyond the file's end or beyond Int.
  private func integer(_ data: UnsafeRawBufferPointer, _ offset: Int, _ type: CloudScalarType)
    -> Int?
  {
    func load<Integer: FixedWidthInteger>(_: Integer.Type) -> Int? {
      guard offset + MemoryLayout<Integer>.size <= data.count else { return nil }
      let value = data.loadUnaligned(fromByteOffset: offset, as: Integer.self)
      return Int(exactly: header.encoding == .bigEndian ? value.byteSwapped : value)
    }
    switch type {
    case .int8: return load(Int8.self)
    case .uint8: return load(UInt8.self)
    case .int16: return load(Int16.self)
    case .uint16: return load(UInt16.self)
    case .int32: return load(Int32.self)
    case .uint32: return load(UInt32.self)
    case .int64: return load(Int64.self)
    case .uint64: return load(UInt64.self)
    case .float32, .float64: return nil
    }
  }
}
