"""What goes over all migrations, by the clock or a switch: sweep, tend, forget, pause. Not what is done with one."""
