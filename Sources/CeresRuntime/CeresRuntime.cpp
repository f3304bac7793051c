#include "CeresRuntime.h"
#include "Problem.hpp"
#include <glog/logging.h>

namespace cceres {

std::string &error_text() {
  thread_local std::string text;
  return text;
}

static const char *last_error() { return error_text().c_str(); }
static const char *version() { return CERES_VERSION_STRING; }

/// Messages of Ceres reach the caller as texts of failures; the log itself says nothing.
static bool prepare() {
  return guarded([] {
           FLAGS_minloglevel = google::GLOG_FATAL;
           FLAGS_stderrthreshold = google::GLOG_FATAL;
           FLAGS_logtostderr = true;
         }) == cceres_ok;
}

static const cceres_table table = {
    sizeof(cceres_table), version,    last_error,   problem_create, problem_release, add_block,
    set_constant,         get_values, set_values,   add_residual,    solve,
    covariance,
};

}  // namespace cceres

const cceres_table *cceres_runtime_table(void) {
  static const bool ready = cceres::prepare();
  return ready ? &cceres::table : nullptr;
}
