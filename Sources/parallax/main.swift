import Foundation

let code = Tool.run(Array(CommandLine.arguments.dropFirst())).rawValue
// Everything is written and synchronised. What the opened C++ libraries (libtorch, OpenCV) would do at exit, one after the other with
// threads of the other still there, has ended in aborts.
fflush(nil)
_exit(code)
