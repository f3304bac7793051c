// Reading of video files.
#include "Guarded.hpp"
#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

struct copencv_video {
  cv::VideoCapture capture;
};

namespace copencv {

copencv_status video_open(const char *path, copencv_video **out, copencv_video_info *info) {
  *out = nullptr;
  return guarded([&] {
    auto video = std::make_unique<copencv_video>();
    cv::VideoCapture &capture = video->capture;
    // FFmpeg alone: other back ends differ in what they deliver, and GStreamer starts threads of its own.
    if (!capture.open(path, cv::CAP_FFMPEG) && !capture.open(path, cv::CAP_OPENCV_MJPEG)) {
      throw std::runtime_error("no video stream that can be decoded");
    }
    info->frame_count = capture.get(cv::CAP_PROP_FRAME_COUNT);
    info->frames_per_second = capture.get(cv::CAP_PROP_FPS);
    info->width = static_cast<int32_t>(capture.get(cv::CAP_PROP_FRAME_WIDTH));
    info->height = static_cast<int32_t>(capture.get(cv::CAP_PROP_FRAME_HEIGHT));
    *out = video.release();
  });
}

copencv_status video_read(copencv_video *video, copencv_matrix **out, double *seconds, int32_t *got) {
  *got = 0;
  *seconds = -1;
  if (out) *out = nullptr;
  return guarded([&] {
    cv::VideoCapture &capture = video->capture;
    if (!capture.grab()) return;
    *seconds = capture.get(cv::CAP_PROP_POS_MSEC) / 1000;
    *got = 1;
    if (!out) return;
    cv::Mat frame, swapped;
    if (!capture.retrieve(frame) || frame.empty()) throw std::runtime_error("a frame does not decode");
    if (frame.channels() == 3) {
      cv::cvtColor(frame, swapped, cv::COLOR_BGR2RGB);
    } else {
      swapped = frame.clone();
    }
    *out = new copencv_matrix{swapped};
  });
}

void video_release(copencv_video *video) { delete video; }

}  // namespace copencv
