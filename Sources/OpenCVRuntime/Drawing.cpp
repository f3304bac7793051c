// Lines, points and text on 8-bit images; sizes and colours.
#include "Guarded.hpp"
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace copencv {

static const int fraction_bits = 4;

static cv::Scalar scalar(const uint8_t *color) { return cv::Scalar(color[0], color[1], color[2]); }

static cv::Point fixed_point(double x, double y) {
  return cv::Point(static_cast<int>(std::lround(x * (1 << fraction_bits))),
                   static_cast<int>(std::lround(y * (1 << fraction_bits))));
}

static cv::Mat canvas(const copencv_view &image) {
  cv::Mat mat = as_mat(image);
  require(mat.type() == CV_8UC3, "drawing needs an image of 8 bits and 3 channels");
  return mat;
}

/// Cuts the segment to a rectangle (Liang and Barsky, 1984); false when nothing is left.
static bool clip(double s[4], double low, double right, double bottom) {
  double from = 0, to = 1;
  const double dx = s[2] - s[0], dy = s[3] - s[1];
  const double p[4] = {-dx, dx, -dy, dy};
  const double q[4] = {s[0] - low, right - s[0], s[1] - low, bottom - s[1]};
  for (int side = 0; side < 4; side++) {
    if (p[side] == 0) {
      if (q[side] < 0) return false;
    } else if (p[side] < 0) {
      from = std::max(from, q[side] / p[side]);
    } else {
      to = std::min(to, q[side] / p[side]);
    }
  }
  if (!(from <= to)) return false;
  const double x = s[0], y = s[1];
  s[0] = x + from * dx;
  s[1] = y + from * dy;
  s[2] = x + to * dx;
  s[3] = y + to * dy;
  return true;
}

copencv_status draw_segments(copencv_view image, const double *segments, size_t count, const uint8_t *colors,
                             int32_t shared_color, int32_t thickness) {
  return guarded([&] {
    cv::Mat mat = canvas(image);
    require(thickness >= 1 && thickness <= 255, "a line is 1 to 255 pixels thick");
    const double margin = thickness + 2.0;
    for (size_t i = 0; i < count; i++) {
      double s[4] = {segments[4 * i], segments[4 * i + 1], segments[4 * i + 2], segments[4 * i + 3]};
      // 1e12 keeps the differences and products of the clipping exact enough.
      const bool usable = std::all_of(s, s + 4, [](double v) { return std::abs(v) < 1e12; });
      if (!usable || !clip(s, -margin, mat.cols + margin, mat.rows + margin)) continue;
      cv::line(mat, fixed_point(s[0], s[1]), fixed_point(s[2], s[3]), scalar(shared_color ? colors : colors + 3 * i),
               thickness, cv::LINE_AA, fraction_bits);
    }
  });
}

copencv_status draw_points(copencv_view image, const double *points, size_t count, const uint8_t *colors,
                           int32_t shared_color, double radius) {
  return guarded([&] {
    cv::Mat mat = canvas(image);
    require(radius >= 0 && radius <= 4096, "a point has a radius of 0 to 4096 pixels");
    const int fixed_radius = static_cast<int>(std::lround(radius * (1 << fraction_bits)));
    for (size_t i = 0; i < count; i++) {
      const double x = points[2 * i], y = points[2 * i + 1];
      const bool inside = x >= -radius - 1 && y >= -radius - 1 && x <= mat.cols + radius && y <= mat.rows + radius;
      if (!inside) continue;
      const uint8_t *color = shared_color ? colors : colors + 3 * i;
      if (fixed_radius > 0) {
        cv::circle(mat, fixed_point(x, y), fixed_radius, scalar(color), cv::FILLED, cv::LINE_AA, fraction_bits);
        continue;
      }
      const long column = std::lround(x), row = std::lround(y);
      if (column >= 0 && row >= 0 && column < mat.cols && row < mat.rows) {
        mat.at<cv::Vec3b>(static_cast<int>(row), static_cast<int>(column)) = cv::Vec3b(color[0], color[1], color[2]);
      }
    }
  });
}

copencv_status fill_polygon(copencv_view image, const double *points, size_t count, const uint8_t *color) {
  return guarded([&] {
    cv::Mat mat = canvas(image);
    std::vector<cv::Point> corners;
    for (size_t i = 0; i < count; i++) {
      const double x = points[2 * i], y = points[2 * i + 1];
      require(std::abs(x) <= 1e6 && std::abs(y) <= 1e6, "a corner of a filled polygon lies beyond 1e6 pixels");
      corners.push_back(fixed_point(x, y));
    }
    if (!corners.empty()) cv::fillPoly(mat, corners, scalar(color), cv::LINE_AA, fraction_bits);
  });
}

copencv_status draw_text(copencv_view image, const char *text, double x, double y, double scale, int32_t thickness,
                         const uint8_t *color) {
  return guarded([&] {
    cv::Mat mat = canvas(image);
    if (!(std::abs(x) <= 1e6 && std::abs(y) <= 1e6)) return;
    require(scale > 0 && scale <= 100 && thickness >= 1 && thickness <= 255, "text has a scale of 0 to 100");
    const cv::Point origin(static_cast<int>(std::lround(x)), static_cast<int>(std::lround(y)));
    cv::putText(mat, text, origin, cv::FONT_HERSHEY_SIMPLEX, scale, scalar(color), thickness, cv::LINE_AA);
  });
}

copencv_status text_size(const char *text, double scale, int32_t thickness, int32_t *width, int32_t *height,
                         int32_t *baseline) {
  return guarded([&] {
    int below = 0;
    const cv::Size size = cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, scale, thickness, &below);
    *width = size.width;
    *height = size.height;
    *baseline = below;
  });
}

copencv_status resize(copencv_view source, copencv_view target, int32_t interpolation) {
  return guarded([&] {
    static_assert(copencv_nearest == cv::INTER_NEAREST && copencv_linear == cv::INTER_LINEAR &&
                      copencv_cubic == cv::INTER_CUBIC && copencv_area == cv::INTER_AREA,
                  "interpolations follow OpenCV's");
    cv::Mat mat = as_mat(target), result = mat;
    // Nearest with pixel centres: INTER_NEAREST takes the corner of each target pixel.
    const int method = interpolation == cv::INTER_NEAREST ? static_cast<int>(cv::INTER_NEAREST_EXACT) : interpolation;
    cv::resize(as_mat(source), result, mat.size(), 0, 0, method);
    deliver(result, mat);
  });
}

copencv_status color_map(copencv_view source, copencv_view target, int32_t map) {
  return guarded([&] {
    cv::Mat mat = as_mat(target), colored;
    cv::applyColorMap(as_mat(source), colored, map);
    cv::Mat result = mat;
    cv::cvtColor(colored, result, cv::COLOR_BGR2RGB);
    deliver(result, mat);
  });
}

copencv_status grey(copencv_view source, copencv_view target) {
  return guarded([&] {
    cv::Mat mat = as_mat(target), result = mat;
    cv::cvtColor(as_mat(source), result, cv::COLOR_RGB2GRAY);
    deliver(result, mat);
  });
}

}  // namespace copencv
