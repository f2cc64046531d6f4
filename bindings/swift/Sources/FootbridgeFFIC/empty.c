// A target of C has a source; what matters here is the header.
