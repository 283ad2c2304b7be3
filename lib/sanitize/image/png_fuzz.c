#include "image_fuzz.h"

IMAGE_FUZZER(format_png)
