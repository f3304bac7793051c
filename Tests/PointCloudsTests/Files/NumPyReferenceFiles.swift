import Foundation

/// Arrays that NumPy 2 wrote, base64: four points (i + 0.5, -i, 10 i).
///
/// ```python
/// i = np.arange(4); xyz = np.stack([i + 0.5, -i, 10 * i], axis=1)
/// # fields: dtype x y z <f4, intensity u1 = 50 i, ring <u2 = 1000 + i, time <f8 = i / 3
/// # padded: names xyz (<f8, 3) at 8, label >i4 = -i at 40, itemsize 48
/// # fortran: np.asfortranarray(xyz); bigEndian: xyz and x / 4, >f4; half: xyz <f2, version 2
/// # organised: np.asfortranarray(xyz.reshape(2, 2, 3)) <f4, version 3; objects: [1, "a", None]; flags: np.ones((4, 3), bool)
/// ```
enum NumPyReferenceFiles {
  static let fields = bytes(
    """
    k05VTVBZAQC2AHsnZGVzY3InOiBbKCd4JywgJzxmNCcpLCAoJ3knLCAnPGY0JyksICgneicsICc8ZjQnKSwgKCdpbnRl
    bnNpdHknLCAnfHUxJyksICgncmluZycsICc8dTInKSwgKCd0aW1lJywgJzxmOCcpXSwgJ2ZvcnRyYW5fb3JkZXInOiBG
    YWxzZSwgJ3NoYXBlJzogKDQsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAPwAAAAAAAAAAAOgD
    AAAAAAAAAAAAAMA/AACAvwAAIEEy6QNVVVVVVVXVPwAAIEAAAADAAACgQWTqA1VVVVVVVeU/AABgQAAAQMAAAPBBlusD
    AAAAAAAA8D8=
    """)
  static let padded = bytes(
    """
    k05VTVBZAQC2AHsnZGVzY3InOiBbKCcnLCAnfFY4JyksICgneHl6JywgJzxmOCcsICgzLCkpLCAoJycsICd8VjgnKSwg
    KCdsYWJlbCcsICc+aTQnKSwgKCcnLCAnfFY0JyldLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoNCwp
    LCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAAAAAAAAAAADg
    PwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD4PwAAAAAAAPC/AAAAAAAAJEAAAAAA
    AAAAAP////8AAAAAAAAAAAAAAAAAAAAAAAAEQAAAAAAAAADAAAAAAAAANEAAAAAAAAAAAP////4AAAAAAAAAAAAAAAAA
    AAAAAAAMQAAAAAAAAAjAAAAAAAAAPkAAAAAAAAAAAP////0AAAAA
    """)
  static let fortran = bytes(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoNCwgMyksIH0g
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADgPwAA
    AAAAAPg/AAAAAAAABEAAAAAAAAAMQAAAAAAAAAAAAAAAAAAA8L8AAAAAAAAAwAAAAAAAAAjAAAAAAAAAAAAAAAAAAAAk
    QAAAAAAAADRAAAAAAAAAPkA=
    """)
  static let bigEndian = bytes(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDQsIDQpLCB9
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/AAAAAAAAAAAA
    AAA+AAAAP8AAAL+AAABBIAAAPsAAAEAgAADAAAAAQaAAAD8gAABAYAAAwEAAAEHwAAA/YAAA
    """)
  static let half = bytes(
    """
    k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoNCwgMyks
    IH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAOAAAAAAAPgC8
    AEkAQQDAAE0AQwDCgE8=
    """)
  static let organised = bytes(
    """
    k05VTVBZAwB0AAAAeydkZXNjcic6ICc8ZjQnLCAnZm9ydHJhbl9vcmRlcic6IFRydWUsICdzaGFwZSc6ICgyLCAyLCAz
    KSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAA/AAAgQAAA
    wD8AAGBAAAAAAAAAAMAAAIC/AABAwAAAAAAAAKBBAAAgQQAA8EE=
    """)
  static let objects = bytes(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAg
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWRAAAAAAAA
    AIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMB
    YpSHlFKUKEsBSwOFlGgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlChLAYwB
    YZROZXSUYi4=
    """)
  static let flags = bytes(
    """
    k05VTVBZAQB2AHsnZGVzY3InOiAnfGIxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDQsIDMpLCB9
    ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAQEBAQEBAQEB
    AQE=
    """)

  private static func bytes(_ text: String) -> [UInt8] {
    [UInt8](Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data())
  }
}
