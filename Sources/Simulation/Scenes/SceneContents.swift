public import Configuration

/// How a street is laid out.
public enum StreetKind: String, CaseIterable, ParameterValue {
  /// Endless and straight, the same widths everywhere.
  case straight
  /// Course, widths, houses and traffic drawn at random, anew for each world.
  case random
}

/// What stands and moves along a street, on average over 100 m.
public struct StreetContents: ParameterSet, ParameterValue {
  /// Cars at the kerbs, per 100 m.
  @Parameter("Parked cars per 100 m of street", in: 0...40) public var parkedCars = 14.0
  /// Cars on the lanes, per 100 m.
  @Parameter("Moving cars per 100 m of street", in: 0...10) public var movingCars = 4.0
  /// People on the pavements, per 100 m.
  @Parameter("Pedestrians per 100 m of street", in: 0...60) public var pedestrians = 26.0
  /// Cyclists, per 100 m.
  @Parameter("Cyclists per 100 m of street", in: 0...20) public var cyclists = 5.0
  /// Trees, per 100 m.
  @Parameter("Trees per 100 m of street", in: 0...16) public var trees = 9.0
  /// Leaf tufts of a tree.
  @Parameter("Leaf tufts of each tree", in: 0...5000) public var leaves = 500
  /// How far ahead of the vehicle the street is built.
  @Parameter("How far ahead of the vehicle the street is built, metres", in: 60...1200)
  public var ahead = 240.0
  /// Speed of the vehicle.
  @Parameter("Speed of the vehicle, metres per second", in: 0...40) public var speed = 6.0
  /// How the street is laid out.
  @Parameter("Layout: 'straight', or 'random' with another street in each world")
  public var layout = StreetKind.straight
  /// How far the sensors' height varies between worlds.
  @Parameter(
    "How far the sensors of a random street may sit higher or lower than stated, metres", in: 0...2)
  public var heightSpread = 0.0

  /// The defaults.
  public init() {}
}

/// What stands in a room; what finds no free place is left out.
public struct RoomContents: ParameterSet, ParameterValue {
  /// Extent along x, metres.
  @Parameter("Length of the room, metres", in: 4...15) public var length = 7.0
  /// Extent along y, metres.
  @Parameter("Width of the room, metres", in: 4...15) public var width = 6.0
  /// Number of tables.
  @Parameter("Tables, each with its chairs", in: 0...3) public var tables = 1
  /// Chairs at each table.
  @Parameter("Chairs at each table", in: 0...4) public var chairs = 4
  /// Number of sofas.
  @Parameter("Sofas", in: 0...4) public var sofas = 1
  /// Number of shelves.
  @Parameter("Bookshelves", in: 0...6) public var bookshelves = 2
  /// Number of chests of drawers.
  @Parameter("Chests of drawers", in: 0...4) public var dressers = 1
  /// Number of boxes.
  @Parameter("Cardboard boxes", in: 0...12) public var boxes = 4
  /// Number of potted plants.
  @Parameter("Potted plants", in: 0...4) public var plants = 1
  /// Time for one round of the camera.
  @Parameter("Time in which the camera goes round once, seconds", in: 1...600) public var round =
    24.0

  /// The defaults.
  public init() {}
}

/// How random rooms look.
public struct RoomsContents: ParameterSet, ParameterValue {
  /// Furniture in relation to what is usual.
  @Parameter("Multiple of the usual amount of furniture", in: 0.2...2) public var furniture = 1.0
  /// Clutter in relation to what is usual.
  @Parameter(
    "Multiple of the usual amount of clutter: boxes, plants, lamps, things on tables", in: 0...3)
  public var clutter = 1.0
  /// Share of rooms that hold any pieces at any place and angle, as a furniture shop does.
  @Parameter("Share of rooms with any pieces in any order", in: 0...1) public var mixed = 0.3

  /// The defaults.
  public init() {}
}
