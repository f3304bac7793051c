import Configuration
import Models
import Networks

/// Which videos a definition learns from, and how clips are cut out of them.
struct ClipSettings: ParameterSet {
  @Setting("The videos to learn from; relative paths start at the definition's folder")
  var path = ""
  @Setting("The videos of the final figures; none when empty, or by 'split'") var test = ""
  @Setting("Frames of a clip", in: 1...1000) var frames = 16
  @Setting("Every so many frames of the video are taken", in: 1...1000) var step = 1
  @Setting("Rows that the network sees", in: 8...4096) var height = 112
  @Setting("Columns that the network sees", in: 8...4096) var width = 112
  @Setting(
    "Where clips are cut out in training: random, uniform (the middle) or segments (one frame of each of as many equal parts)"
  )
  var sampling = ClipSampling.random
  @Setting("Clips of a video that are averaged for its class in evaluation", in: 1...100)
  var testClips = 1
  @Setting("Subtracted from red, green and blue, values being from 0 to 1")
  var mean = [0.5, 0.5, 0.5]
  @Setting("What red, green and blue are divided by") var deviation = [0.25, 0.25, 0.25]
  @Setting("How flow is found for networks that see motion: dis, farneback or tvl1")
  var flow = FlowForm.Method.dis
  @Setting("Motion that becomes 1, pixels a frame", in: 0.01...1000) var flowBound = 20.0
  @Setting("Whether each field's mean vector is taken away, against a camera's motion")
  var subtractFlowMean = true
  @Setting("Room for decoded frames, MiB", in: 1...1_000_000) var cache = 2048
  @Setting("Only so many videos to learn from; all when left out", in: 1...100_000_000)
  var limit: Int? = nil

  /// How clips enter a network.
  func form(withFlow: Bool) -> ClipForm {
    ClipForm(
      frames: frames, step: step, height: height, width: width, mean: mean, deviation: deviation,
      flow: withFlow
        ? FlowForm(method: flow, bound: flowBound, subtractsMean: subtractFlowMean) : nil)
  }
}

/// Where clips are cut out of videos.
enum ClipSampling: String, CaseIterable, ParameterValue {
  /// Anywhere.
  case random
  /// In the middle, or evenly where several are wanted.
  case uniform
  /// One frame of each of as many equal parts as the clip has frames; the middle one in evaluation.
  case segments
}
