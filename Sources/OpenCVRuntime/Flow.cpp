// Dense optical flow.
#include "Guarded.hpp"
#include <opencv2/video/tracking.hpp>
// The package's manifest defines PARALLAX_OPTFLOW where OpenCV's contrib module is installed, and links it.
#if defined(PARALLAX_OPTFLOW) && __has_include(<opencv2/optflow.hpp>)
#include <opencv2/optflow.hpp>
#define PARALLAX_HAS_TVL1 1
#else
#define PARALLAX_HAS_TVL1 0
#endif

namespace copencv {

copencv_status flow_dis(copencv_view earlier, copencv_view later, int32_t preset, copencv_view flow) {
  return guarded([&] {
    static_assert(cv::DISOpticalFlow::PRESET_ULTRAFAST == 0 && cv::DISOpticalFlow::PRESET_FAST == 1 &&
                      cv::DISOpticalFlow::PRESET_MEDIUM == 2,
                  "presets follow OpenCV's");
    require(preset >= 0 && preset <= 2, "presets are 0, 1 and 2");
    cv::Mat mat = as_mat(flow), result;
    cv::DISOpticalFlow::create(preset)->calc(as_mat(earlier), as_mat(later), result);
    deliver(result, mat);
  });
}

copencv_status flow_farneback(copencv_view earlier, copencv_view later, const copencv_farneback *p, copencv_view flow) {
  return guarded([&] {
    cv::Mat mat = as_mat(flow), result;
    cv::calcOpticalFlowFarneback(as_mat(earlier), as_mat(later), result, p->pyramid_scale, p->levels, p->window,
                                 p->iterations, p->polynomial_size, p->polynomial_sigma,
                                 p->is_gaussian ? cv::OPTFLOW_FARNEBACK_GAUSSIAN : 0);
    deliver(result, mat);
  });
}

int32_t has_tvl1() { return PARALLAX_HAS_TVL1; }

copencv_status flow_tvl1(copencv_view earlier, copencv_view later, const copencv_tvl1 *p, copencv_view flow) {
  return guarded([&] {
#if PARALLAX_HAS_TVL1
    cv::Mat mat = as_mat(flow), result;
    auto method = cv::optflow::DualTVL1OpticalFlow::create(p->tau, p->lambda, p->theta, p->scales, p->warps, p->epsilon,
                                                           p->inner_iterations, p->outer_iterations, p->scale_step, 0.0,
                                                           p->median, false);
    method->calc(as_mat(earlier), as_mat(later), result);
    deliver(result, mat);
#else
    (void)earlier, (void)later, (void)p, (void)flow;
    throw std::runtime_error("built without OpenCV's module optflow");
#endif
  });
}

}  // namespace copencv
