#include "TorchRuntime.h"
