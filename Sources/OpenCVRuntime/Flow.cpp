// Dense optical flow.
#include "Guarded.hpp"
#include <opencv2/video/tracking.hpp>

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

}  // namespace copencv
