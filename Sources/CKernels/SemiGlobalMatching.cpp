#include "SemiGlobalMatching.h"
