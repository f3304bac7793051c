#include "CPCL.h"

#include <pcl/point_cloud.h>
#include <pcl/point_types.h>
#include <pcl/search/kdtree.h>
#include <pcl/segmentation/extract_clusters.h>
// The library that holds this template's instances, pcl_segmentation, is not linked: it drags in far too much.
#include <pcl/segmentation/impl/extract_clusters.hpp>

#include <cmath>
#include <exception>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using Point = pcl::PointXYZ;
using Cloud = pcl::PointCloud<Point>;

namespace {

thread_local std::string lastError;

/// Runs `body`; turns whatever it throws into a status.
template <typename Body>
cpcl_status guarded(Body &&body) noexcept {
  try {
    lastError.clear();
    body();
    return CPCL_OK;
  } catch (const std::invalid_argument &error) {
    try { lastError = error.what(); } catch (...) {}
    return CPCL_INVALID_ARGUMENT;
  } catch (const std::exception &error) {
    try { lastError = error.what(); } catch (...) {}
    return CPCL_FAILED;
  } catch (...) {
    try { lastError = "unknown failure inside PCL"; } catch (...) {}
    return CPCL_FAILED;
  }
}

void require(bool condition, const char *message) {
  if (!condition) throw std::invalid_argument(message);
}

Cloud::Ptr copied(const float *xyz, size_t count) {
  require(xyz != nullptr && count > 0, "there are no points");
  require(count <= size_t(std::numeric_limits<int32_t>::max()), "there are over 2^31 - 1 points");
  Cloud::Ptr cloud(new Cloud);
  cloud->resize(count);
  for (size_t i = 0; i < count; ++i) {
    const float *p = xyz + 3 * i;
    require(std::isfinite(p[0]) && std::isfinite(p[1]) && std::isfinite(p[2]), "a coordinate is not finite");
    (*cloud)[i] = Point(p[0], p[1], p[2]);
  }
  return cloud;
}

}  // namespace

const char *cpcl_last_error(void) { return lastError.c_str(); }

cpcl_status cpcl_euclidean_clusters(
    const float *xyz, size_t count, float tolerance, size_t min_size, size_t max_size,
    int32_t *labels, size_t *cluster_count) {
  return guarded([&] {
    require(labels && cluster_count, "a pointer is NULL");
    require(tolerance > 0 && std::isfinite(tolerance), "the tolerance is not above 0");
    *cluster_count = 0;
    Cloud::Ptr cloud = copied(xyz, count);
    pcl::search::KdTree<Point>::Ptr tree(new pcl::search::KdTree<Point>(false));
    tree->setInputCloud(cloud);
    pcl::EuclideanClusterExtraction<Point> extraction;
    extraction.setClusterTolerance(tolerance);
    extraction.setMinClusterSize(pcl::uindex_t(std::min<size_t>(min_size, count + 1)));
    extraction.setMaxClusterSize(pcl::uindex_t(std::min<size_t>(max_size, count)));
    extraction.setSearchMethod(tree);
    extraction.setInputCloud(cloud);
    std::vector<pcl::PointIndices> clusters;
    extraction.extract(clusters);
    std::fill(labels, labels + count, -1);
    for (size_t c = 0; c < clusters.size(); ++c)
      for (auto i : clusters[c].indices) labels[i] = int32_t(c);
    *cluster_count = clusters.size();
  });
}
