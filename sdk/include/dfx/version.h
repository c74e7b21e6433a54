/* The version of dfx: the only place where it stands. CMake reads it from here. */
#ifndef DFX_VERSION_H
#define DFX_VERSION_H
#define DFX_VERSION_STRING "0.1.0"
#endif
