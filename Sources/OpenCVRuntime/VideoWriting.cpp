// Writing of video files.
#include "Guarded.hpp"
#include <memory>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

struct copencv_writer {
  cv::VideoWriter writer;
  cv::Size size;
  cv::Mat swapped;
};

namespace copencv {

copencv_status writer_open(const char *path, int32_t codec, double frames_per_second, int32_t width, int32_t height,
                           copencv_writer **out) {
  *out = nullptr;
  return guarded([&] {
    require(codec == copencv_motion_jpeg || codec == copencv_mpeg4, "no such way to write a video");
    require(width > 0 && height > 0 && frames_per_second > 0, "a video needs frames with pixels and a rate");
    auto made = std::make_unique<copencv_writer>();
    made->size = cv::Size(width, height);
    const bool is_mpeg4 = codec == copencv_mpeg4;
    const int code = is_mpeg4 ? cv::VideoWriter::fourcc('m', 'p', '4', 'v') : cv::VideoWriter::fourcc('M', 'J', 'P', 'G');
    // FFmpeg first: OpenCV's own encoder of Motion JPEG rounds the rate to whole frames, and FFmpeg finds errors in some of its
    // frames; it serves where OpenCV was built without FFmpeg.
    bool opened = made->writer.open(path, cv::CAP_FFMPEG, code, frames_per_second, made->size, true);
    if (!opened && !is_mpeg4) {
      opened = made->writer.open(path, cv::CAP_OPENCV_MJPEG, code, frames_per_second, made->size, true);
    }
    if (!opened) {
      throw std::runtime_error(is_mpeg4 ? "this OpenCV cannot write MPEG-4 in MP4"
                                        : "this OpenCV cannot write Motion JPEG in AVI");
    }
    *out = made.release();
  });
}

copencv_status writer_append(copencv_writer *writer, copencv_view image) {
  return guarded([&] {
    const cv::Mat frame = as_mat(image);
    require(frame.type() == CV_8UC3 && frame.size() == writer->size, "a frame of another size or kind than the video's");
    cv::cvtColor(frame, writer->swapped, cv::COLOR_RGB2BGR);
    writer->writer.write(writer->swapped);
  });
}

copencv_status writer_finish(copencv_writer *writer) {
  return guarded([&] { writer->writer.release(); });
}

void writer_release(copencv_writer *writer) { delete writer; }

}  // namespace copencv
