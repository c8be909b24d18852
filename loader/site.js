// The loader of one site, which shows the first screen by itself. The collector serves it under `/trente.<site>.js`.
import "./first.js";
import "./trente.js";
