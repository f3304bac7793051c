#include "CCeres.h"
