// Shared by the files of this target: error text, exception guard, views as cv::Mat.
#pragma once
#include <COpenCV.h>
#include <exception>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <string>

struct copencv_matrix {
  cv::Mat mat;
};

// Only the table goes out of the library.
namespace [[gnu::visibility("hidden")]] copencv {

std::string &error_text();

/// Runs body; whatever it throws becomes a status and a text.
template <typename Body> copencv_status guarded(Body body) noexcept {
  try {
    body();
    return copencv_ok;
  } catch (const cv::Exception &error) {
    try {
      error_text() = error.err.empty() ? error.what() : error.err;
    } catch (...) {
    }
  } catch (const std::exception &error) {
    try {
      error_text() = error.what();
    } catch (...) {
    }
  } catch (...) {
    try {
      error_text() = "an unknown C++ exception";
    } catch (...) {
    }
  }
  return copencv_failed;
}

inline void require(bool condition, const char *text) {
  if (!condition) throw std::invalid_argument(text);
}

/// The view's memory as a matrix, without a copy.
inline cv::Mat as_mat(const copencv_view &view) {
  require(view.data && view.rows > 0 && view.columns > 0 && view.channels > 0, "an empty array");
  return cv::Mat(view.rows, view.columns, CV_MAKETYPE(view.depth, view.channels), view.data);
}

/// Copies a result into the caller's memory unless OpenCV has already written there.
inline void deliver(const cv::Mat &result, cv::Mat &target) {
  if (result.data == target.data) return;
  require(result.size() == target.size() && result.type() == target.type(), "OpenCV's result has another shape");
  result.copyTo(target);
}

copencv_status decode(const uint8_t *bytes, size_t count, copencv_matrix **out);
copencv_view matrix_view(const copencv_matrix *matrix);
void matrix_release(copencv_matrix *matrix);
copencv_status encode(copencv_view image, int32_t format, int32_t setting, copencv_buffer **out);
const uint8_t *buffer_bytes(const copencv_buffer *buffer, size_t *count);
void buffer_release(copencv_buffer *buffer);

copencv_status video_open(const char *path, copencv_video **out, copencv_video_info *info);
copencv_status video_read(copencv_video *video, copencv_matrix **out, double *seconds, int32_t *got);
void video_release(copencv_video *video);
copencv_status writer_open(const char *path, int32_t codec, double frames_per_second, int32_t width, int32_t height,
                           copencv_writer **out);
copencv_status writer_append(copencv_writer *writer, copencv_view image);
copencv_status writer_finish(copencv_writer *writer);
void writer_release(copencv_writer *writer);

copencv_status draw_segments(copencv_view image, const double *segments, size_t count, const uint8_t *colors,
                             int32_t shared_color, int32_t thickness);
copencv_status draw_points(copencv_view image, const double *points, size_t count, const uint8_t *colors,
                           int32_t shared_color, double radius);
copencv_status fill_polygon(copencv_view image, const double *points, size_t count, const uint8_t *color);
copencv_status draw_text(copencv_view image, const char *text, double x, double y, double scale, int32_t thickness,
                         const uint8_t *color);
copencv_status text_size(const char *text, double scale, int32_t thickness, int32_t *width, int32_t *height,
                         int32_t *baseline);
copencv_status resize(copencv_view source, copencv_view target, int32_t interpolation);
copencv_status color_map(copencv_view source, copencv_view target, int32_t map);
copencv_status grey(copencv_view source, copencv_view target);

copencv_status remap(copencv_view source, copencv_view map, copencv_view target, int32_t interpolation);
copencv_status undistortion_map(const copencv_camera *camera, const double *rotation, const double *new_matrix,
                                copencv_view map);
copencv_status stereo_rectify(const copencv_camera *left, const copencv_camera *right, const double *rotation,
                              const double *translation, double alpha, copencv_rectification *out);
copencv_status stereo_sgbm(copencv_view left, copencv_view right, const copencv_sgbm *parameters, copencv_view disparity);
copencv_status flow_dis(copencv_view earlier, copencv_view later, int32_t preset, copencv_view flow);
copencv_status flow_farneback(copencv_view earlier, copencv_view later, const copencv_farneback *parameters,
                              copencv_view flow);
int32_t has_tvl1();
copencv_status flow_tvl1(copencv_view earlier, copencv_view later, const copencv_tvl1 *parameters, copencv_view flow);
copencv_status stitch(const copencv_view *images, size_t count, int32_t mode, double confidence, uint64_t seed,
                      int32_t *outcome, int32_t *used, copencv_matrix **out);

copencv_status find_chessboard(copencv_view image, int32_t columns, int32_t rows, int32_t flags, double *xy,
                               int32_t *found);
copencv_status find_chessboard_sectors(copencv_view image, int32_t columns, int32_t rows, double *xy, int32_t *found);
copencv_status chessboard_size(copencv_view image, int32_t *columns, int32_t *rows);
copencv_status find_circles(copencv_view image, int32_t columns, int32_t rows, int32_t flags, double *xy,
                            int32_t *found);
copencv_status find_markers(copencv_view image, int32_t dictionary, const copencv_marker_search *search, int32_t capacity,
                            int32_t *ids, double *xy, int32_t *count);
copencv_status marker_dictionary(int32_t dictionary, int32_t *side, int32_t *count);
copencv_status marker_bits(int32_t dictionary, int32_t marker, uint8_t *bits);

}  // namespace copencv
