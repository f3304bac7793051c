/// What a surface looks like.
///
/// Colours are linear red, green, blue from 0 to 1.
struct Material: Sendable {
  /// How the colours are spread over the surface.
  enum Pattern: UInt8, Sendable {
    case plain
    /// Squares of `scale.x` metres.
    case checker
    /// Stripes of `scale.x` metres across the first coordinate.
    case stripes
    /// Boards `scale.x` wide and `scale.y` long with grain along them.
    case planks
    /// Courses of bricks `scale.x` by `scale.y`, mortar in the second colour.
    case bricks
    /// Windows in bays of `scale.x` and floors of `scale.y`; shops in the lowest 3.6 m.
    case facade
    /// Asphalt with markings; coordinates along and across the road.
    case road
    /// Two greens mixed leaf by leaf.
    case foliage
    /// A woven cloth with a thread of `scale.x`.
    case cloth
    /// Overlapping blots of the three colours.
    case painting
  }

  var pattern: Pattern = .plain
  var base: Float3
  var second = Float3(repeating: 0)
  var third = Float3(repeating: 0)
  var scale = Float2(1, 1)
  /// Contrast of the fine grain that every surface has; it gives stereo matching something to hold on to.
  var grain: Float = 0.12
  /// Longest wavelength of the grain, metres.
  var grainLength: Float = 0.6
  /// Share of light mirrored when looking straight at it; grows towards grazing angles.
  var gloss: Float = 0
  /// Share of infrared light (905 nm) sent back diffusely.
  var reflectance: Float = 0.4
  /// Share of infrared light mirrored; 0 for rough surfaces.
  ///
  /// Seen by active depth cameras only.
  var specularity: Float = 0
  /// Share of infrared light let through; 0 for all but panes.
  ///
  /// Seen by active depth cameras only.
  var transparency: Float = 0
  /// Light of its own, as a multiple of the base colour.
  var glow: Float = 0
  var seed: UInt32 = 0
}

/// What a texture says about one point.
struct SurfaceSample {
  var color: Float3
  var gloss: Float
  var reflectance: Float
  var specularity: Float = 0
  var transparency: Float = 0
}

/// The materials of a scene: a material is asked for by value and numbered once.
struct MaterialTable: Sendable {
  private(set) var materials: [Material] = []

  /// Adds a material.
  mutating func add(_ material: Material) -> Int32 {
    var material = material
    if material.seed == 0 { material.seed = UInt32(materials.count &* 7919 &+ 17) }
    materials.append(material)
    return Int32(materials.count - 1)
  }
}
