// Encoding and decoding of pictures.
#include "Guarded.hpp"
#include <memory>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

struct copencv_buffer {
  std::vector<uchar> bytes;
};

namespace copencv {

static cv::Mat with_red_first(const cv::Mat &mat) {
  cv::Mat result;
  switch (mat.channels()) {
  case 1: return mat;
  case 3: cv::cvtColor(mat, result, cv::COLOR_BGR2RGB); return result;
  case 4: cv::cvtColor(mat, result, cv::COLOR_BGRA2RGB); return result;
  case 2: cv::extractChannel(mat, result, 0); return result;
  default: throw std::runtime_error("the image has " + std::to_string(mat.channels()) + " channels");
  }
}

copencv_status decode(const uint8_t *bytes, size_t count, copencv_matrix **out) {
  *out = nullptr;
  return guarded([&] {
    require(count > 0 && count <= INT_MAX, "the image file is empty or above 2 GB");
    cv::Mat input(1, static_cast<int>(count), CV_8U, const_cast<uint8_t *>(bytes));
    cv::Mat mat = cv::imdecode(input, cv::IMREAD_UNCHANGED);
    if (mat.empty()) throw std::runtime_error("the image data does not decode");
    if (mat.depth() != CV_8U && mat.depth() != CV_16U && mat.depth() != CV_32F) mat.convertTo(mat, CV_32F);
    mat = with_red_first(mat);
    if (!mat.isContinuous()) mat = mat.clone();
    *out = new copencv_matrix{mat};
  });
}

copencv_view matrix_view(const copencv_matrix *matrix) {
  const cv::Mat &mat = matrix->mat;
  return {mat.data, mat.rows, mat.cols, mat.channels(), mat.depth()};
}

void matrix_release(copencv_matrix *matrix) { delete matrix; }

copencv_status encode(copencv_view image, int32_t format, int32_t setting, copencv_buffer **out) {
  *out = nullptr;
  return guarded([&] {
    cv::Mat mat = as_mat(image);
    require(mat.depth() == CV_8U || mat.depth() == CV_16U, "images are written as 8 or 16 bits");
    require(mat.channels() == 1 || mat.channels() == 3, "images are written with 1 or 3 channels");
    // A matrix of its own: `mat` is the caller's memory.
    cv::Mat swapped;
    if (mat.channels() == 3) cv::cvtColor(mat, swapped, cv::COLOR_RGB2BGR);
    else swapped = mat;
    auto buffer = std::make_unique<copencv_buffer>();
    std::vector<int> settings;
    if (format == copencv_jpeg) {
      settings = {cv::IMWRITE_JPEG_QUALITY, setting};
    } else if (setting >= 0) {
      settings = {cv::IMWRITE_PNG_COMPRESSION, setting, cv::IMWRITE_PNG_STRATEGY, cv::IMWRITE_PNG_STRATEGY_DEFAULT};
    }
    bool done = cv::imencode(format == copencv_jpeg ? ".jpg" : ".png", swapped, buffer->bytes, settings);
    if (!done) throw std::runtime_error("the image could not be encoded");
    *out = buffer.release();
  });
}

const uint8_t *buffer_bytes(const copencv_buffer *buffer, size_t *count) {
  *count = buffer->bytes.size();
  return buffer->bytes.data();
}

void buffer_release(copencv_buffer *buffer) { delete buffer; }

}  // namespace copencv
