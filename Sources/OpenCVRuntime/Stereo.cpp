// Undistortion, rectification and stereo matching.
#include "Guarded.hpp"
#include <algorithm>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

namespace copencv {

static cv::Mat matrix3(const double *elements) {
  return cv::Mat(3, 3, CV_64F, const_cast<double *>(elements)).clone();
}

static cv::Mat coefficients(const copencv_camera &camera) {
  require(camera.distortion_count >= 0 && camera.distortion_count <= 8, "0 to 8 distortion coefficients");
  if (camera.distortion_count == 0) return camera.is_fisheye ? cv::Mat::zeros(1, 4, CV_64F) : cv::Mat();
  return cv::Mat(1, camera.distortion_count, CV_64F, const_cast<double *>(camera.distortion)).clone();
}

copencv_status remap(copencv_view source, copencv_view map, copencv_view target, int32_t interpolation) {
  return guarded([&] {
    cv::Mat mat = as_mat(target), result = mat;
    cv::remap(as_mat(source), result, as_mat(map), cv::noArray(), interpolation, cv::BORDER_CONSTANT, cv::Scalar());
    deliver(result, mat);
  });
}

copencv_status undistortion_map(const copencv_camera *camera, const double *rotation, const double *new_matrix,
                                copencv_view map) {
  return guarded([&] {
    cv::Mat mat = as_mat(map), first, second;
    require(mat.type() == CV_32FC2, "a map holds two 32-bit numbers for each pixel");
    if (camera->is_fisheye) {
      cv::fisheye::initUndistortRectifyMap(matrix3(camera->matrix), coefficients(*camera), matrix3(rotation),
                                           matrix3(new_matrix), mat.size(), CV_32FC1, first, second);
    } else {
      cv::initUndistortRectifyMap(matrix3(camera->matrix), coefficients(*camera), matrix3(rotation),
                                  matrix3(new_matrix), mat.size(), CV_32FC1, first, second);
    }
    cv::Mat result = mat;
    cv::merge(std::vector<cv::Mat>{first, second}, result);
    deliver(result, mat);
  });
}

copencv_status stereo_rectify(const copencv_camera *left, const copencv_camera *right, const double *rotation,
                              const double *translation, double alpha, copencv_rectification *out) {
  return guarded([&] {
    require(left->is_fisheye == right->is_fisheye, "a rig of one fisheye and one pinhole camera");
    const cv::Size size(left->width, left->height);
    const cv::Mat t = cv::Mat(3, 1, CV_64F, const_cast<double *>(translation)).clone();
    cv::Mat r1, r2, p1, p2, q;
    if (left->is_fisheye) {
      cv::fisheye::stereoRectify(matrix3(left->matrix), coefficients(*left), matrix3(right->matrix),
                                 coefficients(*right), size, matrix3(rotation), t, r1, r2, p1, p2, q,
                                 cv::CALIB_ZERO_DISPARITY, size, std::clamp(alpha, 0.0, 1.0));
    } else {
      cv::stereoRectify(matrix3(left->matrix), coefficients(*left), matrix3(right->matrix), coefficients(*right), size,
                        matrix3(rotation), t, r1, r2, p1, p2, q, cv::CALIB_ZERO_DISPARITY, alpha, size);
    }
    std::copy_n(r1.ptr<double>(), 9, out->rotation_left);
    std::copy_n(r2.ptr<double>(), 9, out->rotation_right);
    std::copy_n(p1.ptr<double>(), 12, out->projection_left);
    std::copy_n(p2.ptr<double>(), 12, out->projection_right);
  });
}

copencv_status stereo_sgbm(copencv_view left, copencv_view right, const copencv_sgbm *p, copencv_view disparity) {
  return guarded([&] {
    static_assert(cv::StereoSGBM::MODE_SGBM == 0 && cv::StereoSGBM::MODE_HH == 1 &&
                      cv::StereoSGBM::MODE_SGBM_3WAY == 2 && cv::StereoSGBM::MODE_HH4 == 3,
                  "modes follow OpenCV's");
    auto matcher = cv::StereoSGBM::create(p->min_disparity, p->disparity_count, p->block_size, p->p1, p->p2,
                                          p->disp12_max_diff, p->pre_filter_cap, p->uniqueness_ratio,
                                          p->speckle_window_size, p->speckle_range, p->mode);
    cv::Mat mat = as_mat(disparity), result = mat;
    matcher->compute(as_mat(left), as_mat(right), result);
    deliver(result, mat);
  });
}

}  // namespace copencv
