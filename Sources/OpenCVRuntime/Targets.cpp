// Calibration patterns: chessboards, circle grids and square markers.
#include "Guarded.hpp"
#include <algorithm>
#include <opencv2/aruco.hpp>
#include <opencv2/calib3d.hpp>
#include <opencv2/features2d.hpp>

namespace copencv {

static cv::Mat grey_image(const copencv_view &image) {
  cv::Mat mat = as_mat(image);
  require(mat.type() == CV_8UC1, "a pattern is looked for in an image of 8 bits and 1 channel");
  return mat;
}

static cv::Size grid_size(int32_t columns, int32_t rows) {
  require(columns >= 2 && rows >= 2 && columns <= 1000 && rows <= 1000, "a grid has 2 to 1000 columns and rows");
  return cv::Size(columns, rows);
}

static void deliver_points(const std::vector<cv::Point2f> &points, double *xy) {
  for (size_t i = 0; i < points.size(); i++) {
    xy[2 * i] = points[i].x;
    xy[2 * i + 1] = points[i].y;
  }
}

copencv_status find_chessboard(copencv_view image, int32_t columns, int32_t rows, int32_t flags, double *xy,
                               int32_t *found) {
  *found = 0;
  return guarded([&] {
    static_assert(copencv_chessboard_adaptive == cv::CALIB_CB_ADAPTIVE_THRESH &&
                      copencv_chessboard_normalise == cv::CALIB_CB_NORMALIZE_IMAGE &&
                      copencv_chessboard_filter_quads == cv::CALIB_CB_FILTER_QUADS &&
                      copencv_chessboard_fast_check == cv::CALIB_CB_FAST_CHECK,
                  "flags follow OpenCV's");
    const cv::Size size = grid_size(columns, rows);
    require(columns >= 3 && rows >= 3, "a chessboard has at least 3 columns and rows of inner corners");
    std::vector<cv::Point2f> corners;
    const bool all = cv::findChessboardCorners(grey_image(image), size, corners, flags);
    if (!all || corners.size() != static_cast<size_t>(size.area())) return;
    deliver_points(corners, xy);
    *found = 1;
  });
}

copencv_status find_chessboard_sectors(copencv_view image, int32_t columns, int32_t rows, double *xy, int32_t *found) {
  *found = 0;
  return guarded([&] {
    const cv::Size size = grid_size(columns, rows);
    std::vector<cv::Point2f> corners;
    const int flags = cv::CALIB_CB_NORMALIZE_IMAGE | cv::CALIB_CB_EXHAUSTIVE | cv::CALIB_CB_ACCURACY;
    const bool all = cv::findChessboardCornersSB(grey_image(image), size, corners, flags);
    if (!all || corners.size() != static_cast<size_t>(size.area())) return;
    deliver_points(corners, xy);
    *found = 1;
  });
}

copencv_status chessboard_size(copencv_view image, int32_t *columns, int32_t *rows) {
  *columns = *rows = 0;
  return guarded([&] {
    std::vector<cv::Point2f> corners;
    cv::Mat squares;
    const int flags = cv::CALIB_CB_NORMALIZE_IMAGE | cv::CALIB_CB_LARGER;
    const bool any = cv::findChessboardCornersSB(grey_image(image), cv::Size(3, 3), corners, flags, squares);
    if (!any || squares.empty()) return;
    *columns = squares.cols;
    *rows = squares.rows;
  });
}

copencv_status find_circles(copencv_view image, int32_t columns, int32_t rows, int32_t flags, double *xy,
                            int32_t *found) {
  *found = 0;
  return guarded([&] {
    const cv::Mat mat = grey_image(image);
    const cv::Size size = grid_size(columns, rows);
    cv::SimpleBlobDetector::Params blobs;
    blobs.minArea = 12;
    blobs.maxArea = static_cast<float>(std::max(200.0, static_cast<double>(mat.total()) / size.area()));
    blobs.minDistBetweenBlobs = 4;
    blobs.blobColor = (flags & copencv_circles_white) ? 255 : 0;
    int mode = cv::CALIB_CB_ASYMMETRIC_GRID;
    if (flags & copencv_circles_clustering) mode |= cv::CALIB_CB_CLUSTERING;
    std::vector<cv::Point2f> centres;
    const bool all = cv::findCirclesGrid(mat, size, centres, mode, cv::SimpleBlobDetector::create(blobs));
    if (!all || centres.size() != static_cast<size_t>(size.area())) return;
    deliver_points(centres, xy);
    *found = 1;
  });
}

static cv::Ptr<cv::aruco::Dictionary> dictionary_of(int32_t dictionary) {
  static_assert(cv::aruco::DICT_4X4_50 == 0 && cv::aruco::DICT_5X5_100 == 5 && cv::aruco::DICT_6X6_250 == 10 &&
                    cv::aruco::DICT_7X7_1000 == 15 && cv::aruco::DICT_APRILTAG_36h11 == 20,
                "dictionaries follow OpenCV's");
  require(dictionary >= 0 && dictionary <= cv::aruco::DICT_APRILTAG_36h11, "no such dictionary of markers");
  return cv::aruco::getPredefinedDictionary(dictionary);
}

copencv_status find_markers(copencv_view image, int32_t dictionary, const copencv_marker_search *search, int32_t capacity,
                            int32_t *ids, double *xy, int32_t *count) {
  *count = 0;
  return guarded([&] {
    auto parameters = cv::aruco::DetectorParameters::create();
    parameters->markerBorderBits = search->border_bits;
    parameters->adaptiveThreshWinSizeMin = search->window_min;
    parameters->adaptiveThreshWinSizeMax = search->window_max;
    parameters->adaptiveThreshWinSizeStep = search->window_step;
    parameters->minMarkerPerimeterRate = search->min_perimeter_rate;
    std::vector<std::vector<cv::Point2f>> corners;
    std::vector<int> found;
    cv::aruco::detectMarkers(grey_image(image), dictionary_of(dictionary), corners, found, parameters);
    const size_t n = std::min(found.size(), static_cast<size_t>(std::max(capacity, 0)));
    for (size_t i = 0; i < n; i++) {
      require(corners[i].size() == 4, "a marker without four corners");
      ids[i] = found[i];
      deliver_points(corners[i], xy + 8 * i);
    }
    *count = static_cast<int32_t>(n);
  });
}

copencv_status marker_dictionary(int32_t dictionary, int32_t *side, int32_t *count) {
  *side = *count = 0;
  return guarded([&] {
    const auto markers = dictionary_of(dictionary);
    *side = markers->markerSize;
    *count = markers->bytesList.rows;
  });
}

copencv_status marker_bits(int32_t dictionary, int32_t marker, uint8_t *bits) {
  return guarded([&] {
    const auto markers = dictionary_of(dictionary);
    require(marker >= 0 && marker < markers->bytesList.rows, "the dictionary has no such marker");
    const cv::Mat cells =
        cv::aruco::Dictionary::getBitsFromByteList(markers->bytesList.rowRange(marker, marker + 1), markers->markerSize);
    for (int row = 0; row < cells.rows; row++) {
      for (int column = 0; column < cells.cols; column++) *bits++ = cells.at<uint8_t>(row, column) ? 1 : 0;
    }
  });
}

}  // namespace copencv
