// PCL's ICP and GICP on two clouds of float32 triples: registration-peers SOURCE TARGET MAX_DISTANCE NEIGHBOURS
// Prints for each method its name and target_from_source row by row.
#include <pcl/features/normal_3d.h>
#include <pcl/point_types.h>
#include <pcl/registration/gicp.h>
#include <pcl/registration/icp.h>
#include <cstdio>
#include <fstream>

using Cloud = pcl::PointCloud<pcl::PointNormal>;

static Cloud::Ptr load(const char *path) {
  Cloud::Ptr cloud(new Cloud);
  std::ifstream file(path, std::ios::binary);
  for (float v[3]; file.read((char *)v, 12);) {
    pcl::PointNormal p;
    p.x = v[0], p.y = v[1], p.z = v[2];
    cloud->push_back(p);
  }
  return cloud;
}

static void normals(const Cloud::Ptr &cloud, int k) {
  pcl::NormalEstimation<pcl::PointNormal, pcl::PointNormal> estimation;
  estimation.setInputCloud(cloud), estimation.setKSearch(k);
  estimation.compute(*cloud);
}

static void print(const char *name, const Eigen::Matrix4f &pose) {
  printf("%s", name);
  for (int i = 0; i < 16; i++) printf(" %.9g", pose(i / 4, i % 4));
  printf("\n");
}

int main(int, char **argv) {
  const Cloud::Ptr source = load(argv[1]), target = load(argv[2]);
  const double distance = atof(argv[3]);
  const int k = atoi(argv[4]);
  auto align = [&](auto &&registration) {
    registration.setInputSource(source), registration.setInputTarget(target);
    registration.setMaxCorrespondenceDistance(distance);
    registration.setMaximumIterations(50), registration.setTransformationEpsilon(1e-6);
    Cloud out;
    registration.align(out);
    return registration.getFinalTransformation();
  };
  print("icp", align(pcl::IterativeClosestPoint<pcl::PointNormal, pcl::PointNormal>()));
  pcl::GeneralizedIterativeClosestPoint<pcl::PointNormal, pcl::PointNormal> generalized;
  generalized.setCorrespondenceRandomness(k);
  print("gicp", align(generalized));
  normals(target, k), normals(source, k);
  print("plane", align(pcl::IterativeClosestPointWithNormals<pcl::PointNormal, pcl::PointNormal>()));
}
