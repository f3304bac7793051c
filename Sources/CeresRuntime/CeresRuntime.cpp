#include "CeresRuntime.h"
