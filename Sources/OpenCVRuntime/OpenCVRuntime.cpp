#include "OpenCVRuntime.h"
#include "Guarded.hpp"
#include <cstdlib>
#include <opencv2/core/ocl.hpp>
#include <opencv2/core/utils/logger.hpp>

static_assert(copencv_u8 == CV_8U && copencv_u16 == CV_16U && copencv_s16 == CV_16S && copencv_s32 == CV_32S &&
                  copencv_f32 == CV_32F && copencv_f64 == CV_64F,
              "element types follow OpenCV's depth codes");

namespace copencv {

std::string &error_text() {
  thread_local std::string text;
  return text;
}

static const char *last_error() { return error_text().c_str(); }
static const char *version() { return CV_VERSION; }
static int ignore_error(int, const char *, const char *, const char *, int, void *) { return 0; }

/// One thread (the streaming runtime owns the threads), no OpenCL, nothing printed.
static bool prepare() {
  return guarded([] {
           setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
           cv::setNumThreads(1);
           cv::ocl::setUseOpenCL(false);
           cv::redirectError(ignore_error);
           cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
         }) == copencv_ok;
}

static const copencv_table table = {
    sizeof(copencv_table), version,       last_error,      decode,       matrix_view,    matrix_release,
    encode,                buffer_bytes,  buffer_release,  video_open,   video_read,     video_release,
    writer_open,           writer_append, writer_finish,   writer_release,
    draw_segments,         draw_points,   fill_polygon,    draw_text,    text_size,      resize,
    color_map,             grey,          remap,           undistortion_map, stereo_rectify, stereo_sgbm,
    flow_dis,              flow_farneback, has_tvl1,       flow_tvl1,
    find_chessboard,       find_chessboard_sectors, chessboard_size, find_circles,
    find_markers,          marker_dictionary, marker_bits,
    stitch,
};

}  // namespace copencv

const copencv_table *copencv_runtime_table(void) {
  static const bool ready = copencv::prepare();
  return ready ? &copencv::table : nullptr;
}
