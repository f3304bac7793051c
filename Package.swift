// swift-tools-version: 6.0
import Foundation
import PackageDescription

// Debian keeps PCL's headers in a folder that bears its version.
let includeRoot = "/usr/include"
let pclHeaders =
  (try? FileManager.default.contentsOfDirectory(atPath: includeRoot))?
  .filter { $0.hasPrefix("pcl-") }.sorted().last ?? "pcl-1.13"

// TV-L1 optical flow is in OpenCV's contrib modules (package libopencv-contrib-dev); without them the rest builds.
let hasOpticalFlowModule =
  FileManager.default.fileExists(atPath: "\(includeRoot)/opencv4/opencv2/optflow.hpp")
  && ["/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64"]
    .contains { FileManager.default.fileExists(atPath: $0 + "/libopencv_optflow.so") }

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault")
]
let kernelSpeed: [SwiftSetting] =
  strict + [.unsafeFlags(["-Ounchecked"], .when(configuration: .release))]

/// A library target with its mirrored tests.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = strict,
  resources: [Resource]? = nil, tests: Bool = true, testing: [Target.Dependency] = []
) -> [Target] {
  var targets: [Target] = [
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
  ]
  if tests {
    targets.append(
      .testTarget(
        name: name + "Tests",
        dependencies: [.byName(name: name), "TestSupport"] + dependencies + testing,
        swiftSettings: strict))
  }
  return targets
}

let shims: [Target] = [
  .target(name: "CDynamicLibrary", linkerSettings: [.linkedLibrary("dl")]),
  .target(
    name: "CCompression", linkerSettings: ["zstd", "lz4", "bz2", "z"].map { .linkedLibrary($0) }),
  .target(name: "CGzip", linkerSettings: [.linkedLibrary("z")]),
  .target(name: "CTorch", dependencies: ["CDynamicLibrary"]),
  .target(
    name: "TorchRuntime", dependencies: ["CTorch"], exclude: ["exports.map"],
    linkerSettings: ["torch_cpu", "torch", "c10"].map { .linkedLibrary($0) } + [
      // One symbol goes out; templates of libtorch stay inside.
      .unsafeFlags([
        "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/TorchRuntime/exports.map",
      ])
    ]),
  .target(name: "COpenCV", dependencies: ["CDynamicLibrary"]),
  .target(
    name: "OpenCVRuntime", dependencies: ["COpenCV"],
    cxxSettings: [.unsafeFlags(["-isystem", "\(includeRoot)/opencv4"])]
      + (hasOpticalFlowModule ? [.define("PARALLAX_OPTFLOW")] : []),
    linkerSettings: ([
      "core", "imgproc", "imgcodecs", "calib3d", "features2d", "aruco", "video", "videoio",
      "stitching",
    ] + (hasOpticalFlowModule ? ["optflow"] : []))
    .map { .linkedLibrary("opencv_" + $0) }),
  .target(name: "CCeres", dependencies: ["CDynamicLibrary"]),
  .target(
    name: "CeresRuntime", dependencies: ["CCeres"],
    cxxSettings: [.unsafeFlags(["-isystem", "\(includeRoot)/eigen3"])],
    linkerSettings: ["ceres", "glog"].map { .linkedLibrary($0) }),
  .target(name: "CDNN", dependencies: ["CDynamicLibrary"]),
  .target(
    name: "DNNRuntime", dependencies: ["CDNN"], linkerSettings: [.linkedLibrary("dnnl")]),
  // Optimised in debug builds too: the tests run these loops over whole images and clouds.
  .target(name: "CKernels", cxxSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])]),
  .target(
    name: "CPCL",
    cxxSettings: [
      .unsafeFlags([
        "-isystem", "\(includeRoot)/\(pclHeaders)", "-isystem", "\(includeRoot)/eigen3",
      ])
    ],
    linkerSettings: ["pcl_common", "pcl_kdtree", "pcl_search"].map { .linkedLibrary($0) }),
  .target(name: "CYAML", linkerSettings: [.linkedLibrary("yaml")]),
  .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
]

let libraries: [[Target]] = [
  module("Configuration", ["CYAML"]),
  module("Tensors", ["CTorch"]),
  module("Geometry"),
  module("Networks", ["Tensors", "CGzip", "CDNN"]),
  module("PointClouds", ["Tensors", "Geometry", "CPCL", "CKernels"]),
  module("Vision", ["Tensors", "Geometry", "COpenCV", "CKernels"]),
  module("Learners", ["Tensors", "Networks"]),
  module("Calibration", ["Configuration", "Tensors", "Geometry", "Vision", "CCeres"]),
  module(
    "Models",
    ["Configuration", "Tensors", "Geometry", "Networks", "PointClouds", "Vision", "CKernels"]),
  module(
    "SensorLogs",
    ["Tensors", "Geometry", "PointClouds", "Vision", "Calibration", "CCompression", "CSQLite"]),
  module(
    "Simulation",
    [
      "Configuration", "Tensors", "Geometry", "PointClouds", "Vision", "Calibration", "SensorLogs",
      "CKernels",
    ]),
  module(
    "Evaluation", ["Tensors", "Geometry", "PointClouds", "Vision", "SensorLogs"],
    testing: ["Models"]),
  module(
    "Training",
    [
      "Configuration", "Tensors", "Geometry", "Networks", "PointClouds", "Learners", "Models",
      "SensorLogs", "Evaluation",
    ]),
  module(
    "Reports",
    ["Tensors", "Geometry", "Networks", "PointClouds", "Vision", "Calibration", "SensorLogs"],
    resources: ["html", "css"].map { .embedInCode("Viewer/viewer.\($0)") }
      + ["camera", "points", "drawing", "viewer"].map { .embedInCode("Viewer/\($0).js") }),
  module("Pipelines", ["Configuration", "SensorLogs"]),
  module(
    "Stages",
    [
      "Configuration", "Tensors", "Geometry", "PointClouds", "Vision", "Calibration", "Models",
      "SensorLogs", "Reports", "Pipelines",
    ], testing: ["Evaluation"]),
]

let tool: [Target] = [
  .executableTarget(
    name: "parallax",
    dependencies: [
      "Configuration", "Tensors", "Geometry", "Networks", "PointClouds", "Vision", "Learners",
      "Calibration", "Models", "SensorLogs", "Simulation", "Evaluation", "Training", "Reports",
      "Pipelines", "Stages",
    ], swiftSettings: strict),
  .target(
    name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport",
    swiftSettings: strict),
  .testTarget(
    name: "CommandLineTests", dependencies: ["parallax", "TestSupport"], swiftSettings: strict),
]

/// `PARALLAX_ONLY=Calibration,Vision swift test` builds and tests these modules alone, with what they need.
let wanted = (Context.environment["PARALLAX_ONLY"] ?? "").split(separator: ",").map(String.init)
let everything = shims + libraries.flatMap { $0 } + tool
/// Opened while the program runs, so that no dependency names them.
let runtimes = [
  "CTorch": "TorchRuntime", "COpenCV": "OpenCVRuntime", "CCeres": "CeresRuntime",
  "CDNN": "DNNRuntime",
]

@MainActor func closure(of names: [String]) -> Set<String> {
  var (found, pending) = (Set<String>(), names)
  while let name = pending.popLast() {
    guard let target = everything.first(where: { $0.name == name }),
      found.insert(name).inserted
    else { continue }
    if let runtime = runtimes[name] { pending.append(runtime) }
    for case .byNameItem(let needed, _) in target.dependencies { pending.append(needed) }
  }
  return found
}

let chosen = wanted.isEmpty ? nil : closure(of: wanted + wanted.map { $0 + "Tests" })

@MainActor func product(_ name: String, of target: String) -> [Product] {
  guard chosen?.contains(target) ?? true else { return [] }
  return [
    target == name
      ? .executable(name: name, targets: [target])
      : .library(name: name, type: .dynamic, targets: [target])
  ]
}

let package = Package(
  name: "parallax",
  products: product("parallax", of: "parallax") + product("parallax-torch", of: "TorchRuntime")
    + product("parallax-opencv", of: "OpenCVRuntime")
    + product("parallax-ceres", of: "CeresRuntime") + product("parallax-dnn", of: "DNNRuntime"),
  targets: everything.filter { chosen?.contains($0.name) ?? true },
  cLanguageStandard: .c11,
  cxxLanguageStandard: .cxx17
)
