#include "OpenCVRuntime.h"
