// Panoramas of overlapping pictures.
#include "Guarded.hpp"
#include <opencv2/imgproc.hpp>
#include <opencv2/stitching.hpp>

namespace copencv {

copencv_status stitch(const copencv_view *images, size_t count, int32_t mode, double confidence, uint64_t seed,
                      int32_t *outcome, int32_t *used, copencv_matrix **out) {
  *out = nullptr;
  return guarded([&] {
    require(mode == 0 || mode == 1, "modes are 0 and 1");
    std::vector<cv::Mat> sources;
    for (size_t i = 0; i < count; ++i) {
      require(as_mat(images[i]).type() == CV_8UC3, "pictures of three bytes a pixel");
      cv::Mat mat;
      cv::cvtColor(as_mat(images[i]), mat, cv::COLOR_RGB2BGR);
      sources.push_back(mat);
      used[i] = 0;
    }
    cv::theRNG().state = seed;
    auto stitcher = cv::Stitcher::create(mode == 0 ? cv::Stitcher::PANORAMA : cv::Stitcher::SCANS);
    stitcher->setPanoConfidenceThresh(confidence);
    cv::Mat panorama, colours;
    cv::Stitcher::Status status = stitcher->estimateTransform(sources);
    if (status == cv::Stitcher::OK) {
      for (int index : stitcher->component()) used[index] = 1;
      status = stitcher->composePanorama(panorama);
    }
    *outcome = static_cast<int32_t>(status);
    if (status != cv::Stitcher::OK) return;
    if (panorama.type() != CV_8UC3) panorama.convertTo(panorama, CV_8UC3);
    cv::cvtColor(panorama, colours, cv::COLOR_BGR2RGB);
    *out = new copencv_matrix{colours};
  });
}

}  // namespace copencv
