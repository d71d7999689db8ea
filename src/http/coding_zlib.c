/* What is built where ISA-L was not found, or not wanted. */
#include "http/coding_engine.h"

const struct dial_coding_engine *
dial_coding_used(void)
{
	return &dial_coding_by_zlib;
}
