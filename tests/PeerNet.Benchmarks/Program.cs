Console.WriteLine("PeerNet");
