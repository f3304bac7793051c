// Prints the checksums that OpenCVSemiGlobalMatcherTests and OpticalFlowTests quote, from the installed OpenCV.
//
//   g++ -O1 stereo_flow.cpp -I/usr/include/opencv4 -lopencv_{core,imgproc,imgcodecs,calib3d,video} -lz && ./a.out DATA
#include <opencv2/calib3d.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#include <zlib.h>

static unsigned long checksum(const cv::Mat &m) { return crc32(0, m.data, m.total() * m.elemSize()); }

int main(int, char **arguments) {
  cv::setNumThreads(1);
  const std::string data = std::string(arguments[1]) + "/";
  for (int color = 1; color >= 0; color--) {
    const cv::Mat left = cv::imread(data + "stereo/aloe/aloeL.jpg", color);
    const cv::Mat right = cv::imread(data + "stereo/aloe/aloeR.jpg", color);
    for (int mode = 0; mode < 4; mode++) {
      for (int full = 0; full < 2; full++) {
        const int block = full ? 5 : 3, area = (color ? 3 : 1) * block * block;
        auto matcher = cv::StereoSGBM::create(0, 128, block, 8 * area, 32 * area, full, 63 * full, 10 * full,
                                              100 * full, 32 * full, mode);
        cv::Mat fixed, found;
        matcher->compute(left, right, fixed);
        fixed.convertTo(found, CV_32F, 1 / 16.0);
        found.setTo(0, fixed <= 0);
        printf("%s color %d mode %d block %d %lx\n", CV_VERSION, color, mode, block, checksum(found));
      }
    }
  }
  cv::Mat grey[2], flow;
  for (int i = 0; i < 2; i++) {
    cv::cvtColor(cv::imread(data + "images/rubberwhale" + std::to_string(i + 1) + ".png"), grey[i], cv::COLOR_BGR2GRAY);
  }
  for (int preset = 0; preset < 3; preset++) {
    cv::Mat result;
    cv::DISOpticalFlow::create(preset)->calc(grey[0], grey[1], result);
    printf("dis %d %lx\n", preset, checksum(result));
  }
  cv::calcOpticalFlowFarneback(grey[0], grey[1], flow, 0.5, 3, 15, 3, 5, 1.2, 0);
  printf("farneback %lx\n", checksum(flow));
}
