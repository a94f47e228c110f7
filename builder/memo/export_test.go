package memo

func (c Codec[B]) Encode(b B) ([]byte, bool) { return c.encode(&b) }

func (c Codec[B]) Decode(data []byte) (B, bool) { return c.decode(data) }
