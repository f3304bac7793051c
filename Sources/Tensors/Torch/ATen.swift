/// The operators of libtorch that the families use, by the name of the Swift method or operator.
enum ATen {}
