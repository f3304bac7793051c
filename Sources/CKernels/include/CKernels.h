#pragma once
/// Thread-safe: no function keeps state. The few inner loops that Swift and libtorch cannot carry: plain functions over raw
/// pointers and sizes, with run-time dispatch between AVX-512, AVX2 and portable code. One header per family.
#include "SemiGlobalMatching.h"
#include "MatchingDeviation.h"
#include "PointFeatures.h"
#include "SparseConvolution.h"
#include "PointIndex.h"
#include "GridFilter.h"
#include "DensityClusters.h"
#include "PlaneSums.h"
#include "Alignment.h"
#include "Voxels.h"
#include "Boxes.h"
#include "Assignment.h"
#include "RayTree.h"
