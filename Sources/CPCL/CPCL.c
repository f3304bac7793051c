#include "CPCL.h"
