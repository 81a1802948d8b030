import { VERSION } from '../../version.js';

/** What makes the folder an Arduino library and a Zephyr module as well. */
export function packageFiles(
  name: string,
  classes: number,
): { readonly path: string; readonly content: string }[] {
  return [
    {
      path: 'library.properties',
      content: `name=${name}
version=${VERSION}
author=fewbit
maintainer=fewbit
sentence=A few-bit classifier of ${classes} classes, made by fewbit.
paragraph=C99 without allocation or floating-point weights; call ${name}_predict with a row of ${name}_INPUTS values.
category=Data Processing
url=https://github.com/fewbit/fewbit
architectures=*
includes=${name}.h
`,
    },
    {
      path: 'zephyr/module.yml',
      content: `name: ${name}
build:
  cmake: .
`,
    },
    {
      path: 'CMakeLists.txt',
      content: `# A Zephyr module; outside of Zephyr a plain library.
if(COMMAND zephyr_library)
  zephyr_library()
  zephyr_library_sources(${name}.c)
  zephyr_include_directories(.)
else()
  cmake_minimum_required(VERSION 3.10)
  project(${name} C)
  add_library(${name} STATIC ${name}.c)
  target_include_directories(${name} PUBLIC .)
endif()
`,
    },
  ];
}
