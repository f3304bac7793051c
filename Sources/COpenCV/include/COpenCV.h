/// Thread-safe, except that one copencv_video may be used by one thread at a time.
///
/// The C interface to OpenCV. The functions live in libparallax-opencv.so (target OpenCVRuntime), which is opened at the first
/// use: linking it would cost 0.13 s at every start. Every function returns 0 (copencv_ok) or another status; the text of the
/// calling thread's last failure is then in `last_error`. No C++ exception crosses. Colours are red, green, blue in memory.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma clang assume_nonnull begin

typedef int32_t copencv_status;
enum { copencv_ok = 0, copencv_failed = 1 };

/// Element types; the numbers are OpenCV's depth codes (asserted).
enum {
  copencv_u8 = 0,
  copencv_u16 = 2,
  copencv_s16 = 3,
  copencv_s32 = 4,
  copencv_f32 = 5,
  copencv_f64 = 6
};

/// Borrowed contiguous memory: rows x columns x channels elements, row-major.
typedef struct copencv_view {
  void *data;
  int32_t rows, columns, channels, depth;
} copencv_view;

/// An array that OpenCV made; freed with `matrix_release`.
typedef struct copencv_matrix copencv_matrix;
/// A byte string that OpenCV made; freed with `buffer_release`.
typedef struct copencv_buffer copencv_buffer;
/// An open video file; freed with `video_release`.
typedef struct copencv_video copencv_video;

/// A video file that is being written; freed with `writer_release`.
typedef struct copencv_writer copencv_writer;

typedef struct copencv_video_info {
  double frame_count, frames_per_second;
  int32_t width, height;
} copencv_video_info;

enum { copencv_png = 0, copencv_jpeg = 1 };

/// How a video is written: Motion JPEG in AVI, or MPEG-4 part 2 in MP4; the path must end in `.avi` or `.mp4`.
enum { copencv_motion_jpeg = 0, copencv_mpeg4 = 1 };

enum { copencv_nearest = 0, copencv_linear = 1, copencv_cubic = 2, copencv_area = 3 };

/// Parameters of cv::StereoSGBM::create, in its order. mode: 0 sgbm, 1 hh, 2 3way, 3 hh4.
typedef struct copencv_sgbm {
  int32_t min_disparity, disparity_count, block_size, p1, p2, disp12_max_diff, pre_filter_cap;
  int32_t uniqueness_ratio, speckle_window_size, speckle_range, mode;
} copencv_sgbm;

/// A camera: K row-major and distortion coefficients (0, 5 or 8 of Brown-Conrady, or 4 when is_fisheye).
typedef struct copencv_camera {
  double matrix[9];
  double distortion[8];
  int32_t distortion_count, is_fisheye, width, height;
} copencv_camera;

/// Result of stereo rectification: row-major rotations and 3 x 4 projections.
typedef struct copencv_rectification {
  double rotation_left[9], rotation_right[9], projection_left[12], projection_right[12];
} copencv_rectification;

typedef struct copencv_farneback {
  double pyramid_scale;
  int32_t levels, window, iterations, polynomial_size;
  double polynomial_sigma;
  int32_t is_gaussian;
} copencv_farneback;

/// Parameters of cv::optflow::DualTVL1OpticalFlow.
typedef struct copencv_tvl1 {
  double tau, lambda, theta, epsilon, scale_step;
  int32_t scales, warps, inner_iterations, outer_iterations, median;
} copencv_tvl1;

/// Flags of `find_chessboard` and of `find_circles`.
enum {
  copencv_chessboard_adaptive = 1,
  copencv_chessboard_normalise = 2,
  copencv_chessboard_filter_quads = 4,
  copencv_chessboard_fast_check = 8
};
enum { copencv_circles_white = 1, copencv_circles_clustering = 2 };

/// How square markers are looked for: cells of their black border; sides of the threshold's window, pixels; smallest
/// perimeter relative to the longer side of the image.
typedef struct copencv_marker_search {
  int32_t border_bits, window_min, window_max, window_step;
  double min_perimeter_rate;
} copencv_marker_search;

typedef struct copencv_table {
  /// Equals sizeof(copencv_table): a library built from another version of this header is refused.
  size_t size;

  const char *_Nonnull (*_Nonnull version)(void);
  /// Text of the calling thread's last failure; valid until its next call.
  const char *_Nonnull (*_Nonnull last_error)(void);

  /// Decodes PNG, JPEG, BMP, PNM or TIFF bytes: 1 or 3 channels (red, green, blue; alpha is dropped) of u8, u16 or f32
  /// (other element types become f32). The orientation note of a camera is not applied.
  copencv_status (*decode)(const uint8_t *bytes, size_t count, copencv_matrix *_Nullable *_Nonnull out);
  copencv_view (*matrix_view)(const copencv_matrix *matrix);
  void (*matrix_release)(copencv_matrix *_Nullable matrix);
  /// Encodes u8 or u16 with 1 or 3 channels. setting: compression level 0-9 of PNG or -1 (fastest:
  /// one filter, run lengths), quality 0-100 of JPEG.
  copencv_status (*encode)(copencv_view image, int32_t format, int32_t setting, copencv_buffer *_Nullable *_Nonnull out);
  const uint8_t *_Nonnull (*_Nonnull buffer_bytes)(const copencv_buffer *buffer, size_t *count);
  void (*buffer_release)(copencv_buffer *_Nullable buffer);

  copencv_status (*video_open)(const char *path, copencv_video *_Nullable *_Nonnull out, copencv_video_info *info);
  /// Decodes the next frame; *got is 0 at the end. With out NULL the frame is passed over. seconds: its time stamp, or -1.
  copencv_status (*video_read)(copencv_video *video, copencv_matrix *_Nullable *_Nullable out, double *seconds, int32_t *got);
  void (*video_release)(copencv_video *_Nullable video);
  /// Starts a video file of frames of one size; the file is complete after `writer_finish`.
  copencv_status (*writer_open)(const char *path, int32_t codec, double frames_per_second, int32_t width, int32_t height,
                                copencv_writer *_Nullable *_Nonnull out);
  /// image: u8, 3 channels, of the size given at the start.
  copencv_status (*writer_append)(copencv_writer *writer, copencv_view image);
  copencv_status (*writer_finish)(copencv_writer *writer);
  void (*writer_release)(copencv_writer *_Nullable writer);

  /// segments: count x (x1, y1, x2, y2); colors: count x 3, or 3 when shared. Points that are not finite are passed over.
  copencv_status (*draw_segments)(copencv_view image, const double *segments, size_t count, const uint8_t *colors,
                                  int32_t shared_color, int32_t thickness);
  /// points: count x (x, y); filled circles; radius 0 sets single pixels.
  copencv_status (*draw_points)(copencv_view image, const double *points, size_t count, const uint8_t *colors,
                                int32_t shared_color, double radius);
  copencv_status (*fill_polygon)(copencv_view image, const double *points, size_t count, const uint8_t *color);
  copencv_status (*draw_text)(copencv_view image, const char *text, double x, double y, double scale, int32_t thickness,
                              const uint8_t *color);
  copencv_status (*text_size)(const char *text, double scale, int32_t thickness, int32_t *width, int32_t *height,
                              int32_t *baseline);
  copencv_status (*resize)(copencv_view source, copencv_view target, int32_t interpolation);
  /// source: u8 1 channel; target: u8 3 channels of the same size. map: OpenCV's ColormapTypes.
  copencv_status (*color_map)(copencv_view source, copencv_view target, int32_t map);
  /// source: u8 3 channels; target: u8 1 channel.
  copencv_status (*grey)(copencv_view source, copencv_view target);

  /// map: f32, 2 channels: where each target pixel lies in the source. Outside: 0.
  copencv_status (*remap)(copencv_view source, copencv_view map, copencv_view target, int32_t interpolation);
  /// Fills map for an image of the size of the map taken with new_matrix after rotation.
  copencv_status (*undistortion_map)(const copencv_camera *camera, const double *rotation, const double *new_matrix,
                                     copencv_view map);
  /// alpha as in cv::stereoRectify; rotation and translation: right_from_left. Fisheye when both cameras are.
  copencv_status (*stereo_rectify)(const copencv_camera *left, const copencv_camera *right, const double *rotation,
                                   const double *translation, double alpha, copencv_rectification *out);
  /// left, right: u8 of equal size and channels; disparity: s16 1 channel, 16 steps a pixel, below min_disparity * 16 = none.
  copencv_status (*stereo_sgbm)(copencv_view left, copencv_view right, const copencv_sgbm *parameters,
                                copencv_view disparity);
  /// earlier, later: u8 1 channel; flow: f32 2 channels. preset 0 ultrafast, 1 fast, 2 medium.
  copencv_status (*flow_dis)(copencv_view earlier, copencv_view later, int32_t preset, copencv_view flow);
  copencv_status (*flow_farneback)(copencv_view earlier, copencv_view later, const copencv_farneback *parameters,
                                   copencv_view flow);
  /// 1 when this library was built with OpenCV's contrib module optflow: `flow_tvl1` fails otherwise.
  int32_t (*has_tvl1)(void);
  copencv_status (*flow_tvl1)(copencv_view earlier, copencv_view later, const copencv_tvl1 *parameters, copencv_view flow);

  /// image: u8 1 channel; xy: room for columns x rows x 2; found: 1 when all corners were. cv::findChessboardCorners.
  copencv_status (*find_chessboard)(copencv_view image, int32_t columns, int32_t rows, int32_t flags, double *xy,
                                    int32_t *found);
  /// The same by cv::findChessboardCornersSB: slower, often finds what the other does not.
  copencv_status (*find_chessboard_sectors)(copencv_view image, int32_t columns, int32_t rows, double *xy, int32_t *found);
  /// Size of the largest chessboard that is seen, in inner corners; 0 and 0 for none.
  copencv_status (*chessboard_size)(copencv_view image, int32_t *columns, int32_t *rows);
  /// Asymmetric circle grid. image: u8 1 channel; xy: room for columns x rows x 2.
  copencv_status (*find_circles)(copencv_view image, int32_t columns, int32_t rows, int32_t flags, double *xy,
                                 int32_t *found);
  /// Square markers. dictionary: OpenCV's number; ids: capacity; xy: capacity x 4 corners x 2, clockwise from the marker's
  /// own top left.
  copencv_status (*find_markers)(copencv_view image, int32_t dictionary, const copencv_marker_search *search,
                                 int32_t capacity, int32_t *ids, double *xy, int32_t *count);
  /// Cells along a side of a dictionary's markers without border, and the number of markers.
  copencv_status (*marker_dictionary)(int32_t dictionary, int32_t *side, int32_t *count);
  /// bits: side x side, row by row, 1 = white.
  copencv_status (*marker_bits)(int32_t dictionary, int32_t marker, uint8_t *bits);

  /// Joins overlapping u8 pictures of 3 channels. mode 0: a camera that turns, 1: flat things seen from the front. *outcome:
  /// cv::Stitcher::Status; used[i]: whether picture i takes part. *out: the panorama, or NULL unless *outcome is 0.
  copencv_status (*stitch)(const copencv_view *images, size_t count, int32_t mode, double confidence, uint64_t seed,
                           int32_t *outcome, int32_t *used, copencv_matrix *_Nullable *_Nonnull out);
} copencv_table;

/// The table of functions, opened at the first call. override_path: a library to use instead of the one beside the binary, or
/// NULL. Returns NULL on failure and writes the reason into `error` (always terminated).
const copencv_table *_Nullable copencv_open(const char *_Nullable override_path, char *error, size_t error_capacity);

#pragma clang assume_nonnull end
#ifdef __cplusplus
}
#endif
